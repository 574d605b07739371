import { access, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { unpackDebianPackage } from './debian-archive.ts';
import { onPath, run } from './run.ts';

/** No kubectl can be had; the message names the ways out. */
class NoKubectl extends Error {
  override readonly name = 'NoKubectl';
}

/** The oldest kustomize that reads our manifests as they are meant. */
const OLDEST_KUSTOMIZE = 5;

/** True for the output of `kubectl version --client -o json` where its kustomize is new enough. */
export const isRecentKubectl = (versions: string): boolean =>
  Number(/"kustomizeVersion":\s*"v(\d+)/.exec(versions)?.[1] ?? 0) >= OLDEST_KUSTOMIZE;

const works = async (path: string): Promise<boolean> =>
  isRecentKubectl(await run(path, ['version', '--client', '-o', 'json']).catch(() => ''));

/**
 * The path of a kubectl with kustomize 5: on PATH; else one brought before; else from the distribution's archive. Tells `progress`
 * before it downloads. Throws `NoKubectl` naming the ways out.
 */
export const findKubectl = async ({
  home,
  progress,
}: {
  home: string;
  progress: (text: string) => void;
}): Promise<string> => {
  const installed = await onPath('kubectl');
  if (installed !== undefined && (await works(installed))) return installed;
  const cache = await cacheFolder(home);
  const cached = join(cache, 'kubectl');
  const isCached = await access(cached).then(
    () => true,
    () => false,
  );
  if (isCached && (await works(cached))) return cached;

  progress('bringing kubectl from the distribution’s archive …');
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'new-'));
  try {
    await unpackDebianPackage({ name: 'kubectl', suite: 'trixie', into: work });
    if (!(await works(join(work, 'usr/bin/kubectl')))) throw new Error('it is too old or does not run');
    await copyFile(join(work, 'usr/bin/kubectl'), join(work, 'ready'));
    await rename(join(work, 'ready'), cached);
    return cached;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoKubectl(
      `no kubectl with kustomize ${OLDEST_KUSTOMIZE} can be had here (${why}): install kubectl 1.27 or newer so that it is on PATH`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
