/** Every way out of a walled sandbox that we know: each must fail. */
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deriveId } from '@threadbox/schemas';
import { findBubblewrap } from '@threadbox/tool-infrastructure';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Targets } from './escape-probe.ts';
import { createLocalDriver } from './local-driver.ts';

const ATTEMPTS = [
  'read a file of the host',
  'read another workspace',
  'read the project’s settings',
  'read passwords',
  'read the home of root',
  'write to the system',
  'reach the loopback of the host',
  'reach the metadata address',
  'resolve a name',
  'see processes of the host',
  'end a process of the host',
  'make a namespace',
  'mount something',
  'become root',
  'make a device',
  'read memory of the machine',
  'open /proc/sys/kernel/hostname for writing',
  'open /proc/sys/kernel/core_pattern for writing',
  'open /proc/sys/vm/drop_caches for writing',
  'open /proc/sysrq-trigger for writing',
];

let root: string;
let found: { results: Record<string, string>; env: Record<string, string>; uid: number };
const reached: string[] = [];
const host = createServer(() => reached.push('the host was reached'));
const id = deriveId('escape');

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'threadbox-escape-'));
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  const secretFile = join(root, 'secret');
  const otherWorkspace = join(root, deriveId('another'), 'workspace');
  await mkdir(otherWorkspace, { recursive: true });
  await writeFile(join(otherWorkspace, 'theirs'), 'theirs');
  await writeFile(secretFile, 'a secret of the host');
  const targets: Targets = {
    secretFile,
    otherWorkspace,
    projectRoot: resolve(import.meta.dirname, '../../../..'),
    loopbackPort: (host.address() as AddressInfo).port,
    hostPid: process.pid,
  };
  await mkdir(join(root, id, 'workspace'), { recursive: true });
  await writeFile(join(root, id, 'workspace', 'targets.json'), JSON.stringify(targets));
  const probe = join(import.meta.dirname, 'escape-probe.ts');
  const driver = createLocalDriver({
    root,
    natsUrl: 'nats://127.0.0.1:1',
    modelUrl: 'http://127.0.0.1:1',
    command: [process.execPath, probe],
    path: process.env['PATH'] ?? '',
    walls: {
      bubblewrap: await findBubblewrap({ home: root, progress: () => undefined }),
      readable: [process.execPath, probe],
    },
  });
  process.env['SECRET_OF_THE_HOST'] = 'a secret in the environment';
  await driver.start({ id, agent: 'echo', natsCreds: 'its own', modelToken: 'its own' });
  delete process.env['SECRET_OF_THE_HOST'];
  found = await vi.waitFor(
    async () => JSON.parse(await readFile(join(root, id, 'workspace', 'escapes.json'), 'utf8')) as typeof found,
    { timeout: 60_000, interval: 100 },
  );
  await driver.close();
}, 90_000);
afterAll(async () => {
  host.close();
  await rm(root, { recursive: true, force: true });
});

describe('a walled sandbox', () => {
  it.each(ATTEMPTS)('cannot %s', (name) => {
    expect(found.results[name]).toBeTypeOf('string');
    expect(found.results[name]).not.toContain('SUCCEEDED');
  });

  it('was aimed at everything that is listed here', () => {
    expect(Object.keys(found.results)).toEqual(ATTEMPTS);
  });

  it('reached nobody outside, and left nothing there', async () => {
    expect(reached).toEqual([]);
    await expect(access('/usr/escaped')).rejects.toThrow('ENOENT');
  });

  it('has nothing of the environment but its own, and is nobody', () => {
    const text = JSON.stringify(found.env);
    expect(text).not.toContain('a secret in the environment');
    for (const path of [root, homedir()]) expect(text).not.toContain(`"${path}`);
    expect(found.uid).toBe(1000);
    expect(found.env['HOME']).toBe('/home/agent');
  });
});
