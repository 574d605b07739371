import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/** The distribution's keyring, by the names it has had. */
const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.pgp', '/usr/share/keyrings/debian-archive-keyring.gpg'];

/**
 * Brings a package's files from the distribution's own archive into a folder, without root and without touching the
 * system: the archive's address is learned from the machine, signatures are verified with the distribution's keyring, and
 * nothing is installed. Throws where this is no Debian, or the archive cannot be reached.
 */
export const unpackDebianPackage = async (options: { name: string; suite: string; into: string }): Promise<void> => {
  const work = await mkdtemp(join(tmpdir(), 'threadbox-apt-'));
  try {
    const addresses = await run('apt-get', ['update', '--print-uris'], { timeout: 20_000 });
    const keyring = KEYRINGS.find((path) => existsSync(path));
    if (keyring === undefined) throw new Error('there is no keyring to verify the archive with');
    const main = [...addresses.matchAll(/'([^']+\/dists\/[^']+)'/g)]
      .map(([, uri]) => uri ?? '')
      .find((uri) => !/security|-updates|-backports/.test(uri));
    if (main === undefined) throw new Error('apt knows no archive');
    for (const folder of ['parts', 'lists/partial', 'cache/archives/partial'])
      await mkdir(join(work, folder), { recursive: true });
    const source = [
      'Types: deb',
      `URIs: ${main.slice(0, main.indexOf('/dists/'))}`,
      `Suites: ${options.suite}`,
      'Components: main',
      `Signed-By: ${keyring}`,
    ];
    await writeFile(join(work, 'parts', 'archive.sources'), `${source.join('\n')}\n`);
    await chmod(work, 0o755);
    const settings = [
      'Dir::Etc::SourceList=/dev/null',
      `Dir::Etc::SourceParts=${join(work, 'parts')}`,
      `Dir::State=${work}`,
      `Dir::State::Lists=${join(work, 'lists')}`,
      'Dir::State::status=/dev/null',
      `Dir::Cache=${join(work, 'cache')}`,
      'Acquire::Languages=none',
      ...(process.getuid?.() === 0 ? ['APT::Sandbox::User=root'] : []),
    ].flatMap((setting) => ['-o', setting]);
    await run('apt-get', [...settings, 'update']);
    await run('apt-get', [...settings, 'download', options.name], { cwd: work });
    const archive = (await readdir(work)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error(`the archive has no ${options.name}`);
    await run('dpkg-deb', ['-x', join(work, archive), options.into]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
