import { createHash, timingSafeEqual } from 'node:crypto';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** A release by version, with the SHA-256 of each platform's archive, as its SHA256SUMS file gives them. */
export type Release = { base: string; version: string; checksums: Readonly<Record<string, string>> };

/** The platform's name in the releases' file names. */
const platform = (): string => `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

/**
 * Brings nats-server from an official release into a folder. The archive must have the pinned checksum.
 * `THREADBOX_NATS_RELEASE` names a release (JSON: base, version, checksums) where there is no distribution's archive.
 */
export const unpackOfficialRelease = async ({
  into,
  release = pinned(),
}: {
  into: string;
  release?: Release | undefined;
}): Promise<void> => {
  if (!release) throw new Error('no release is pinned for this platform (THREADBOX_NATS_RELEASE)');
  const name = `nats-server-v${release.version}-${platform()}`;
  const expected = release.checksums[platform()];
  if (expected === undefined) throw new Error(`no checksum is pinned for ${platform()}`);
  const response = await fetch(`${release.base}/v${release.version}/${name}.tar.gz`, {
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`the download answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const actual = createHash('sha256').update(bytes).digest();
  const wanted = Buffer.from(expected, 'hex');
  if (wanted.length !== actual.length || !timingSafeEqual(actual, wanted))
    throw new Error('the archive is not the one that is pinned');
  await writeFile(join(into, 'release.tar.gz'), bytes);
  await run('tar', ['-xzf', join(into, 'release.tar.gz'), '-C', into]);
  const folder = (await readdir(into)).find((entry) => entry === name);
  if (folder === undefined) throw new Error('the archive holds something else');
  await rename(join(into, folder, 'nats-server'), join(into, 'nats-server'));
};

const pinned = (): Release | undefined => {
  const text = process.env['THREADBOX_NATS_RELEASE'];
  return text === undefined ? undefined : (JSON.parse(text) as Release);
};
