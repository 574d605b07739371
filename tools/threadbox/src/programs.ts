/**
 * The programs as they run: each service, and the runner, as one bundle. That takes a third of the memory of running them from source off, and
 * half of the time that they need to start.
 *
 * Bundles are made once for what the sources are: their folder bears the hash of everything that goes into them. Made elsewhere and then moved
 * there, so that two who start at the same time do each other no harm.
 */
import { hash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Where they are found again by the packages that stay outside of them. */
const BUILDS = join(ROOT, 'node_modules/.cache/threadbox');
const PROGRAMS = ['gateway', 'auth', 'session', 'relay', 'egress', 'sandbox', 'runner'] as const;
const SOURCES = ['schemas', 'libs', 'services', 'rolldown.config.ts', 'package-lock.json'];
/** The chat page is served as it is. */
const PAGE = join(ROOT, 'libs/platforms/src/web/page');
/** Milliseconds after which a build that is not the present one is nobody's any more. */
const OLD = 7 * 24 * 60 * 60 * 1000;

/** Those that do the most for each message: twice as much room for what lives briefly. */
const BUSIEST = ['session', 'relay'];
/** Services are many: heaps that grow a little at a time take a quarter less of the machine's memory, and no more of its processor. */
const flagsOf = (program: string): readonly string[] => [
  `--max-semi-space-size=${BUSIEST.includes(program) ? 16 : 8}`,
  '--heap-growing-percent=30',
];

/** Where each program is: its path, and the arguments for Node that go before it. */
export type Programs = { command: (program: string) => readonly string[]; path: (program: string) => string };

/** A program's source. */
export const sourceOf = (program: string): string =>
  fileURLToPath(new URL(`../../../services/${program}/src/main.ts`, import.meta.url));

const isSource = (path: string): boolean =>
  !/(^|\/)(node_modules|dist|\.threadbox)(\/|$)/.test(path) && !/\.test\.ts$|\.md$/.test(path);

/** One word for everything that goes into the bundles. */
const fingerprint = async (): Promise<string> => {
  const lists = await Promise.all(
    SOURCES.map(async (name) => {
      const path = join(ROOT, name);
      if (!(await stat(path)).isDirectory()) return [name];
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
    }),
  );
  const files = lists.flat().filter(isSource).toSorted();
  const contents = await Promise.all(
    files.map(async (name) => `${name}\n${hash('sha256', await readFile(join(ROOT, name)))}`),
  );
  return hash('sha256', contents.join('\n')).slice(0, 16);
};

/** One program as `main.mjs` in a folder of its own. */
const bundleProgram = async (source: string, dir: string): Promise<void> => {
  const { rolldown } = await import('rolldown');
  const { default: config } = await import('../../../rolldown.config.ts');
  const { output: _, ...input } = config as { output: unknown };
  const build = await rolldown({ ...input, input: source, cwd: ROOT });
  await build.write({ dir, entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' });
  await build.close();
};

const bundle = async (into: string): Promise<void> => {
  await Promise.all(PROGRAMS.map((program) => bundleProgram(sourceOf(program), join(into, program))));
  await cp(PAGE, join(into, 'gateway/page'), { recursive: true });
};

const sweep = async (present: string): Promise<void> => {
  for (const name of await readdir(BUILDS)) {
    const path = join(BUILDS, name);
    if (name !== present && Date.now() - (await stat(path)).mtimeMs > OLD)
      await rm(path, { recursive: true, force: true });
  }
};

const make = async (folder: string): Promise<void> => {
  await mkdir(BUILDS, { recursive: true });
  const fresh = await mkdtemp(join(BUILDS, 'making-'));
  try {
    await bundle(fresh);
    await rename(fresh, folder).catch(async (error: unknown) => {
      // Somebody else was first.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const fromSource: Programs = { command: (program) => [sourceOf(program)], path: sourceOf };

/** The programs, bundled if need be. Where that does not work, they run from source, and `progress` is told. */
export const bringPrograms = async (progress: (line: string) => void): Promise<Programs> => {
  try {
    const name = await fingerprint();
    const folder = join(BUILDS, name);
    if (!(await exists(folder))) {
      progress('bundling the services, once …');
      await make(folder);
    }
    await sweep(name).catch(() => undefined);
    const path = (program: string): string => join(folder, program, 'main.mjs');
    return { path, command: (program) => [...flagsOf(program), path(program)] };
  } catch (error) {
    progress(`the services run from source, and need more memory: they could not be bundled (${String(error)})`);
    return fromSource;
  }
};

/** Another program, bundled and to be run as the services are, under this name; `remove` when it is not needed any more. */
export const bundleAlone = async (
  name: string,
  source: string,
): Promise<{ command: readonly string[]; remove: () => Promise<void> }> => {
  await mkdir(BUILDS, { recursive: true });
  const folder = await mkdtemp(join(BUILDS, 'alone-'));
  await bundleProgram(source, join(folder, name));
  return {
    command: [...flagsOf(name), join(folder, name, 'main.mjs')],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
