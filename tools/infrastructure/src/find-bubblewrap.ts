import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { unpackDebianPackage } from './debian-archive.ts';
import { onPath, run } from './run.ts';

/** Sandboxes cannot be walled in here; the message says why, and names the ways out. */
class NoBubblewrap extends Error {
  override readonly name = 'NoBubblewrap';
}

/** What every sandbox needs of it: a user namespace with nothing of ours in it. */
const PROBE = ['--unshare-user', '--disable-userns', '--unshare-net', '--unshare-pid', '--ro-bind', '/', '/', 'true'];

const why = async (path: string): Promise<string | undefined> =>
  run(path, PROBE).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

/** The release of this distribution, whose libraries a brought program is linked against. */
const codename = async (): Promise<string> =>
  /^VERSION_CODENAME=(\S+)$/m.exec(await readFile('/etc/os-release', 'utf8').catch(() => ''))?.[1] ?? 'stable';

/**
 * The path of a bubblewrap that works here: on PATH; else one brought before; else from the distribution's archive. Tells
 * `progress` before it downloads. Throws `NoBubblewrap` where there is none, or where the kernel lets nobody make namespaces.
 */
export const findBubblewrap = async ({
  home,
  progress,
}: {
  home: string;
  progress: (text: string) => void;
}): Promise<string> => {
  const problems: string[] = [];
  const installed = await onPath('bwrap');
  const cache = await cacheFolder(home);
  const cached = join(cache, 'bwrap');
  const isCached = await access(cached).then(
    () => true,
    () => false,
  );
  for (const path of [installed, isCached ? cached : undefined]) {
    if (path === undefined) continue;
    const problem = await why(path);
    if (problem === undefined) return path;
    problems.push(problem);
  }
  if (process.platform === 'linux' && installed === undefined && !isCached) {
    progress('bringing bubblewrap from the distribution’s archive …');
    await mkdir(cache, { recursive: true });
    const work = await mkdtemp(join(cache, 'new-'));
    try {
      await unpackDebianPackage({ name: 'bubblewrap', suite: await codename(), into: work });
      const brought = join(work, 'usr/bin/bwrap');
      const problem = await why(brought);
      if (problem !== undefined) throw new Error(problem);
      await copyFile(brought, join(work, 'ready'));
      await rename(join(work, 'ready'), cached);
      return cached;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  const reason = process.platform === 'linux' ? problems.join('; ') : `this is ${process.platform}, not Linux`;
  throw new NoBubblewrap(
    [
      `sandboxes cannot be walled in here (${reason}). Two ways out:`,
      '  install bubblewrap so that it is on PATH, and let users make namespaces (sysctl kernel.unprivileged_userns_clone=1;',
      '  on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0),',
      '  or set SANDBOX_WALLS=none: agents can then read and do whatever you can. Only for people and repositories you trust.',
    ].join('\n'),
  );
};
