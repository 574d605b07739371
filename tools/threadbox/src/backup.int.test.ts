import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, provision, publish, react, type Bus } from '@threadbox/messaging';
import { chatSubject, deriveId, durables, eventsSubject, MessageReceived, readerOf, streams } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBackup } from './backup.ts';
import { restore, restoreStreams } from './restore.ts';
import { checkBackup } from './backup-manifest.ts';

let nats: TestNats;
let other: TestNats;
let bus: Bus;
let target: Bus;
let folder: string;
let whole: string;
const quiet = () => undefined;
const conversation = 'web:ana~1';
const durable = readerOf('auth-inbound', chatSubject('inbound', conversation)) ?? '';
const say = (n: number) =>
  publish(
    bus,
    chatSubject('inbound', conversation),
    compose({
      type: 'message-received',
      id: deriveId('said', n),
      data: {
        platform: 'web',
        workspace: 'web',
        conversation,
        direct: true,
        author: { id: 'web:ana', name: 'Ana' },
        text: `number ${n} ${'x'.repeat(2000)}`,
        attachments: [],
      },
    }),
  );
/** Reads and acknowledges until as many were read; tells which. */
const readOn = async (from: Bus, count: number): Promise<string[]> => {
  const read: string[] = [];
  const done = Promise.withResolvers<void>();
  const reader = await react(from, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }) => {
      if (read.length < count) read.push(data.text.split(' ')[1] ?? '');
      else await done.promise;
      if (read.length >= count) done.resolve();
    },
  });
  await done.promise;
  await reader.stop();
  return read;
};

beforeAll(async () => {
  [nats, other] = await Promise.all([testNats(), testNats()]);
  [bus, target] = await Promise.all([nats.connect('admin'), other.connect('admin')]);
  folder = await mkdtemp(join(tmpdir(), 'threadbox-backup-'));
  whole = join(folder, 'whole');
  for (let n = 0; n < 400; n += 1) await say(n);
  // A hole in the middle, and last values: places that nothing stands at any more.
  await bus.jsm.streams.deleteMessage(streams.chat, 200);
  for (let n = 0; n < 20; n += 1) await bus.js.publish('web.ana.1.message.m1', `state ${n}`);
  await bus.js.publish(eventsSubject('workspace', 'w'), '{"a":1}');
  expect(await readOn(bus, 100)).toHaveLength(100);
  await makeBackup(bus, whole, quiet);
});
afterAll(async () => {
  await Promise.all([bus.close(), target.close()]);
  await Promise.all([nats.stop(), other.stop()]);
  await rm(folder, { recursive: true, force: true });
});

it('is a folder for its owner only, with a manifest that every file agrees with', async () => {
  const { streams: copied } = await checkBackup(whole);
  expect(copied.map(({ name }) => name).toSorted()).toEqual(
    Object.values(streams)
      .filter((name) => name !== streams.snapshots && name !== streams.leases)
      .toSorted(),
  );
  expect((await stat(whole)).mode & 0o077).toBe(0);
  for (const file of await readdir(whole)) expect((await stat(join(whole, file))).mode & 0o077).toBe(0);
});

it('lets everything go on afterwards', async () => {
  for (const { stream, durable: name } of durables)
    expect((await bus.jsm.consumers.info(stream, name)).paused ?? false).toBe(false);
});

it('refuses what is not whole: damaged, cut off, without a manifest, of another release', async () => {
  const bad = join(folder, 'bad');
  const copy = async (): Promise<void> => {
    await rm(bad, { recursive: true, force: true });
    const { cp } = await import('node:fs/promises');
    await cp(whole, bad, { recursive: true });
  };
  const chat = join(bad, 'CHAT.tar.s2');
  await copy();
  const bytes = await readFile(chat);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(chat, bytes);
  await expect(checkBackup(bad)).rejects.toThrow('damaged');
  await writeFile(chat, bytes.subarray(0, 1000));
  await expect(checkBackup(bad)).rejects.toThrow('damaged');
  await rm(chat);
  await expect(checkBackup(bad)).rejects.toThrow('missing');
  await rm(join(bad, 'manifest.json'));
  await expect(checkBackup(bad)).rejects.toThrow('not finished');
  await copy();
  const manifest = JSON.parse(await readFile(join(bad, 'manifest.json'), 'utf8')) as { version: number };
  await writeFile(join(bad, 'manifest.json'), JSON.stringify({ ...manifest, version: 2 }));
  await expect(checkBackup(bad)).rejects.toThrow('this release');
  await expect(restore({ home: join(folder, 'home'), folder: bad, replace: false, env: {} })).rejects.toThrow();
});

it('takes no folder that holds something, and clears away its own half-made one', async () => {
  await expect(makeBackup(bus, whole, quiet)).rejects.toThrow('not empty');
  const half = join(folder, 'half');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(`${half}.partial`);
  await writeFile(join(`${half}.partial`, 'CHAT.tar.s2'), 'half of it');
  await makeBackup(bus, half, quiet);
  expect(await readdir(folder)).not.toContain('half.partial');
  await checkBackup(half);
  await mkdir(join(folder, 'theirs.partial'));
  await writeFile(join(folder, 'theirs.partial', 'letters.txt'), 'mine');
  await expect(makeBackup(bus, join(folder, 'theirs'), quiet)).rejects.toThrow('none of ours');
});

it('brings everything back in its place, and readers go on where they were', async () => {
  const manifest = await checkBackup(whole);
  await restoreStreams(target, { folder: whole, manifest, replace: false }, quiet);
  await expect(provision(target)).rejects.toThrow('not finished');
  await target.jsm.streams.delete('RESTORING');
  // What a start does.
  await provision(target);
  for (const name of [streams.chat, streams.web, streams.events]) {
    const [was, is] = await Promise.all([bus.jsm.streams.info(name), target.jsm.streams.info(name)]);
    expect(is.state).toMatchObject({
      messages: was.state.messages,
      first_seq: was.state.first_seq,
      last_seq: was.state.last_seq,
      first_ts: was.state.first_ts,
    });
  }
  expect(await target.jsm.direct.getMessage(streams.chat, { seq: 200 })).toBeNull();
  const [was, is] = await Promise.all(
    [bus, target].map((one) => one.jsm.direct.getMessage(streams.chat, { seq: 300 })),
  );
  expect([is?.string(), is?.time, is?.header.get('Nats-Msg-Id')]).toEqual([
    was?.string(),
    was?.time,
    was?.header.get('Nats-Msg-Id'),
  ]);
  // 200 stands for the 201st, which was deleted.
  const expected = Array.from({ length: 400 }, (_, n) => String(n))
    .filter((n) => n !== '199')
    .slice(100);
  expect(await readOn(target, expected.length)).toEqual(expected);
});

it('replaces what is there only when told, also after it was interrupted', async () => {
  const manifest = await checkBackup(whole);
  const options = { folder: whole, manifest };
  await expect(restoreStreams(target, { ...options, replace: false }, quiet)).rejects.toThrow('--replace');
  const reader = await react(target, { durable, schema: MessageReceived, handle: async () => undefined });
  await expect(restoreStreams(target, { ...options, replace: true }, quiet)).rejects.toThrow('end Threadbox first');
  await reader.stop();
  const broken = {
    ...manifest,
    streams: manifest.streams.map((one) => (one.name === 'WEB' ? { ...one, file: 'NONE.tar.s2' } : one)),
  };
  await expect(restoreStreams(target, { folder: whole, manifest: broken, replace: true }, quiet)).rejects.toThrow();
  await expect(provision(target)).rejects.toThrow('not finished');
  // As if it came from three servers.
  const three = manifest.streams.map((one) => ({ ...one, config: { ...one.config, num_replicas: 3 } }));
  await restoreStreams(target, { folder: whole, manifest: { ...manifest, streams: three }, replace: false }, quiet);
  await target.jsm.streams.delete('RESTORING');
  await provision(target);
  expect((await target.jsm.streams.info(streams.chat)).state.messages).toBe(399);
});
