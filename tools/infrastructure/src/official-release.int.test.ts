/** The download of an official release, against a file server of our own that stands for the project's. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isRecentEnough } from './find-nats-server.ts';
import { unpackOfficialRelease } from './official-release.ts';

const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
const name = `nats-server-v2.14.2-${platform}`;
let folder: string;
let server: Server;
let base: string;
let checksum: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'threadbox-release-'));
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'nats-server'), '#!/bin/sh\necho nats-server: v2.14.2\n', { mode: 0o755 });
  execFileSync('tar', ['-czf', join(folder, 'release.tar.gz'), '-C', folder, name]);
  const archive = await readFile(join(folder, 'release.tar.gz'));
  checksum = createHash('sha256').update(archive).digest('hex');
  server = createServer((request, response) => {
    if (request.url === `/v2.14.2/${name}.tar.gz`) response.end(archive);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});
const unpack = async (release: { version?: string; checksum?: string }): Promise<string> => {
  const into = await mkdtemp(join(folder, 'into-'));
  await unpackOfficialRelease({
    into,
    release: { base, version: release.version ?? '2.14.2', checksums: { [platform]: release.checksum ?? checksum } },
  });
  return execFileSync(join(into, 'nats-server')).toString();
};

it('unpacks the archive that is pinned', async () => {
  expect(await unpack({})).toContain('v2.14.2');
});
it('refuses any other, and says so', async () => {
  await expect(unpack({ checksum: '0'.repeat(64) })).rejects.toThrow('not the one that is pinned');
  await expect(unpack({ version: '9.9.9' })).rejects.toThrow('404');
  await expect(
    unpackOfficialRelease({ into: folder, release: { base, version: '2.14.2', checksums: {} } }),
  ).rejects.toThrow('no checksum');
});
it('knows a server that is too old', () => {
  expect(
    ['nats-server: v2.11.9', 'nats-server: v2.12.0', 'nats-server: v2.15.1', 'nats-server: v3.0.0', ''].map(
      isRecentEnough,
    ),
  ).toEqual([false, true, true, true, false]);
});
