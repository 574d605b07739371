import { access, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { unpackDebianPackage } from './debian-archive.ts';
import { onPath, run } from './run.ts';

/** No Prometheus can be had; the message names the ways out. */
class NoPrometheus extends Error {
  override readonly name = 'NoPrometheus';
}

/** Paths of the server, and of the tool that checks its files. */
export type Prometheus = { prometheus: string; promtool: string };

const PROGRAMS = ['prometheus', 'promtool'] as const;

/** Debian's later packages leave promtool out. */
const SUITE = 'bookworm';

const works = async ({ prometheus, promtool }: Prometheus): Promise<boolean> => {
  const versions = await Promise.all([prometheus, promtool].map((path) => run(path, ['--version']).catch(() => '')));
  return versions.every((version) => /version [23]\./.test(version));
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Prometheus and promtool, to check rules, queries and metrics with: on PATH; else those that were brought before; else from the
 * distribution's archive. Tells `progress` before it downloads. Throws `NoPrometheus` naming the ways out.
 */
export const findPrometheus = async ({
  home,
  progress,
}: {
  home: string;
  progress: (text: string) => void;
}): Promise<Prometheus> => {
  const [prometheus, promtool] = await Promise.all(PROGRAMS.map(onPath));
  if (prometheus !== undefined && promtool !== undefined && (await works({ prometheus, promtool })))
    return { prometheus, promtool };
  const folder = join(await cacheFolder(home), 'prometheus-2');
  const cached = { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
  if ((await isThere(folder)) && (await works(cached))) return cached;

  progress('bringing Prometheus from the distribution’s archive …');
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), 'new-'));
  try {
    await unpackDebianPackage({ name: 'prometheus', suite: SUITE, into: work });
    const ready = join(work, 'ready');
    await mkdir(ready);
    for (const program of PROGRAMS) await copyFile(join(work, 'usr/bin', program), join(ready, program));
    if (!(await works({ prometheus: join(ready, 'prometheus'), promtool: join(ready, 'promtool') })))
      throw new Error('it does not run');
    await rm(folder, { recursive: true, force: true });
    // Somebody else may be faster with the same.
    await rename(ready, folder).catch(async (error: unknown) => {
      if (!(await works(cached))) throw error;
    });
    return cached;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoPrometheus(
      `no Prometheus can be had here (${why}): install prometheus and promtool so that they are on PATH`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
