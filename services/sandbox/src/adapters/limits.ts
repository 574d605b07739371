import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What one sandbox may use. */
export type Limits = {
  /** Bytes of memory, of all its processes together. */
  memory: number;
  processes: number;
  /** Processors, of which a part counts as well: 0.5, 1, 2. The kernel slows it down; nobody is ended for it. */
  cpus: number;
  /** Bytes of its files. */
  disk: number;
};

/**
 * A sandbox that is watched: the pid namespace of its processes, its folder, and, where the kernel itself holds it to its limits,
 * what it was stopped for.
 */
export type Watched = { namespace: string; folder: string; strike?: (() => Promise<string | undefined>) | undefined };

/** Milliseconds between two looks at processes, and between two at files, which cost more. */
const intervals = { processes: 250, files: 15_000 } as const;
/** Bytes of a page of memory on every Linux that we know. */
const PAGE = 4096;

const run = promisify(execFile);
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

type Use = { memory: number; processes: number };

/** What the processes of each of these namespaces use. A process that ends while we look is not counted. */
const useByNamespace = async (namespaces: ReadonlySet<string>): Promise<ReadonlyMap<string, Use>> => {
  const uses = new Map<string, Use>();
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      const namespace = await readlink(`/proc/${pid}/ns/pid`).catch(() => '');
      if (!namespaces.has(namespace)) return;
      const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
      const [, resident = '0', shared = '0'] = statm.split(' ');
      const use = uses.get(namespace) ?? { memory: 0, processes: 0 };
      // What processes share (a program's own code, above all) would be counted for each of them.
      use.memory += (Number(resident) - Number(shared)) * PAGE;
      use.processes += 1;
      uses.set(namespace, use);
    }),
  );
  return uses;
};

const sizeOf = async (folder: string): Promise<number> => {
  const { stdout } = await run('du', ['-sk', '--one-file-system', folder]).catch((error: { stdout?: string }) => ({
    // What it could not read (a file that was deleted meanwhile) it tells, and counts the rest.
    stdout: error.stdout ?? '0',
  }));
  return (Number.parseInt(stdout, 10) || 0) * 1024;
};

/**
 * Looks at what sandboxes use, every quarter of a second (their files every fifteen), and tells of each that uses more than
 * it may, or was stopped by the kernel, in plain words. Where the kernel holds no sandbox back (`cage.ts`), and for files, it is a
 * watchman, not a wall: for the moment between two looks a sandbox can use more. Linux only.
 */
export const watchLimits = (options: {
  limits: Limits;
  /** Those that run now, by id. */
  sandboxes: () => ReadonlyMap<string, Watched>;
  onOver: (id: string, reason: string) => void;
  /** How often files are looked at, in milliseconds; made shorter by tests. */
  filesEvery?: number;
}): { stop: () => void } => {
  const { limits, sandboxes, onOver, filesEvery = intervals.files } = options;
  let isLooking = false;
  let lastFiles = -Infinity;

  const look = async (): Promise<void> => {
    const now = sandboxes();
    if (now.size === 0) return;
    // Looking at every process of a machine takes time; what the kernel holds needs none.
    const loose = [...now.values()].flatMap(({ namespace, strike }) => (strike ? [] : [namespace]));
    const uses = loose.length === 0 ? new Map<string, Use>() : await useByNamespace(new Set(loose));
    for (const [id, { namespace, strike }] of now) {
      if (strike) {
        const struck = await strike();
        if (struck !== undefined) onOver(id, struck);
        continue;
      }
      const { memory, processes } = uses.get(namespace) ?? { memory: 0, processes: 0 };
      if (memory > limits.memory)
        onOver(id, `it used ${megabytes(memory)} of memory, and may use ${megabytes(limits.memory)}`);
      else if (processes > limits.processes)
        onOver(id, `it started ${processes} processes, and may have ${limits.processes}`);
    }
    if (performance.now() - lastFiles < filesEvery) return;
    lastFiles = performance.now();
    for (const [id, { folder }] of now) {
      const size = await sizeOf(folder);
      if (size > limits.disk) onOver(id, `its files take ${megabytes(size)}, and may take ${megabytes(limits.disk)}`);
    }
  };

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch(() => undefined)
      .finally(() => (isLooking = false));
  }, intervals.processes);
  timer.unref();
  return { stop: () => clearInterval(timer) };
};
