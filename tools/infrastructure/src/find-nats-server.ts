import { access, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { unpackDebianPackage } from './debian-archive.ts';
import { unpackOfficialRelease } from './official-release.ts';
import { onPath, run } from './run.ts';

/** The oldest nats-server with everything that Threadbox needs: scheduled messages and per-message TTL. */
const OLDEST = [2, 12] as const;

/** No nats-server can be had; the message names the ways out. */
class NoNatsServer extends Error {
  override readonly name = 'NoNatsServer';
}

/** True for `nats-server: v2.12.0` and newer. */
export const isRecentEnough = (versionLine: string): boolean => {
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/.exec(versionLine) ?? [];
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
};

const works = async (path: string): Promise<boolean> => isRecentEnough(await run(path, ['--version']).catch(() => ''));

/**
 * The path of a nats-server of 2.12 or newer: on PATH; else one brought before; else from the distribution's archive; else
 * an official release. Tells `progress` before it downloads. Throws `NoNatsServer` naming the ways out.
 */
export const findNatsServer = async ({
  home,
  progress,
}: {
  home: string;
  progress: (text: string) => void;
}): Promise<string> => {
  const installed = await onPath('nats-server');
  if (installed !== undefined && (await works(installed))) return installed;
  const cache = await cacheFolder(home);
  const cached = join(cache, 'nats-server');
  if (
    (await access(cached).then(
      () => true,
      () => false,
    )) &&
    (await works(cached))
  )
    return cached;

  await mkdir(cache, { recursive: true });
  const problems: string[] = [];
  const sources = [
    [
      'the distribution’s archive',
      (into: string) => unpackDebianPackage({ name: 'nats-server', suite: 'forky', into }),
      'usr/sbin/nats-server',
    ],
    ['the official release', (into: string) => unpackOfficialRelease({ into }), 'nats-server'],
  ] as const;
  for (const [name, bring, path] of sources) {
    progress(`bringing nats-server from ${name} …`);
    const work = await mkdtemp(join(cache, 'new-'));
    try {
      await bring(work);
      if (!(await works(join(work, path)))) throw new Error('it is too old or does not run');
      await copyFile(join(work, path), join(work, 'ready'));
      await rename(join(work, 'ready'), cached);
      return cached;
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  throw new NoNatsServer(
    [
      `no nats-server of ${OLDEST.join('.')} or newer can be had here (${problems.join('; ')}). Three ways out:`,
      '  install nats-server so that it is on PATH,',
      '  or run docker compose -f docker-compose.dev.yml up -d nats and set NATS_URL=nats://127.0.0.1:4222,',
      '  or set NATS_URL to a NATS server with JetStream that you have.',
    ].join('\n'),
  );
};
