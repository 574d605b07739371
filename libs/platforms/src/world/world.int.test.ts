/** What platforms' halves leave for each other, on a real NATS, with the rights of the services that use it. */
import { randomBytes } from 'node:crypto';
import type { Bus } from '@threadbox/messaging';
import { streams, vaultSubject } from '@threadbox/schemas';
import { vaultKeys } from '@threadbox/vault';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quiet } from '../testing/test-world.ts';
import { createWorld } from './world.ts';

let nats: TestNats;
let gateway: Bus;
let relay: Bus;
let admin: Bus;
beforeAll(async () => {
  nats = await testNats();
  [gateway, relay, admin] = await Promise.all([nats.connect('gateway'), nats.connect('relay'), nats.connect('admin')]);
});
afterAll(async () => {
  await Promise.all([gateway, relay, admin].map((bus) => bus.close()));
  await nats.stop();
});

const newKey = (): string => randomBytes(32).toString('base64');
const worldOf = (bus: Bus, secretKey?: string) => createWorld({ bus, log: quiet, secretKey });

describe('a hint', () => {
  it('is what the listener left last for a conversation', async () => {
    const { hints } = worldOf(gateway);
    expect(await worldOf(relay).hints.find('line:U1')).toBeUndefined();
    await hints.leave('line:U1', 'first');
    await hints.leave('line:U1', 'second');
    await hints.leave('line:U2', 'another');
    const found = await worldOf(relay).hints.find('line:U1');
    expect(found?.text).toBe('second');
    // A listener may look at what it left itself.
    expect((await hints.find('line:U2'))?.text).toBe('another');
    expect(Math.abs(Date.now() - (found?.at ?? 0))).toBeLessThan(60_000);
  });
});

describe('the shelf', () => {
  const file = { name: 'ünïcode file.bin', mediaType: 'image/png', bytes: randomBytes(600_000) };

  it('gives every byte to who has the token, and nothing to who has not', async () => {
    const token = await worldOf(relay).shelf.put(file);
    const { shelf } = worldOf(gateway);
    const found = await shelf.get(token);
    expect(found).toMatchObject({ name: file.name, mediaType: file.mediaType });
    expect(Buffer.from(found?.bytes ?? []).equals(file.bytes)).toBe(true);
    for (const wrong of [`${token.slice(0, -1)}_`, '', '*', '../secret', 'x'.repeat(43)])
      expect(await shelf.get(wrong)).toBeUndefined();
    // Who reads the log does not learn the token.
    const subjects = Object.keys(
      (await admin.jsm.streams.info(streams.web, { subjects_filter: 'shelf.>' })).state.subjects ?? {},
    );
    expect(subjects.length).toBeGreaterThan(1);
    expect(subjects.join(' ')).not.toContain(token);
  });

  it('takes an empty file', async () => {
    const token = await worldOf(relay).shelf.put({ ...file, bytes: new Uint8Array() });
    expect((await worldOf(gateway).shelf.get(token))?.bytes).toHaveLength(0);
  });
});

describe('the vault', () => {
  it('keeps what is written, and shows nothing of it on the log', async () => {
    const key = newKey();
    await worldOf(gateway, key).vault!.write('slack/T1', 'xoxb-the-token');
    await worldOf(gateway, key).vault!.write('slack/T1', 'xoxb-a-newer-one');
    expect(await worldOf(relay, key).vault!.read('slack/T1')).toBe('xoxb-a-newer-one');
    expect(await worldOf(relay, key).vault!.read('slack/T2')).toBeUndefined();
    const stored = await admin.jsm.direct.getMessage(streams.vault, { last_by_subj: vaultSubject('slack/T1') });
    expect(stored?.string()).not.toContain('xoxb');
  });

  it('reads with an older key for as long as that is given, and no longer', async () => {
    const [old, now] = [newKey(), newKey()];
    await worldOf(gateway, old).vault!.write('slack/T3', 'secret');
    expect(await worldOf(gateway, `${now},${old}`).vault!.read('slack/T3')).toBe('secret');
    await expect(worldOf(gateway, now).vault!.read('slack/T3')).rejects.toThrow('a key that is not here');
  });

  it('does not take a value for another', async () => {
    const key = newKey();
    const { vault } = worldOf(gateway, key);
    await vault!.write('slack/T4', 'mine');
    const stored = await admin.jsm.direct.getMessage(streams.vault, { last_by_subj: vaultSubject('slack/T4') });
    await admin.js.publish(vaultSubject('slack/T5'), stored?.string() ?? '');
    await expect(vault!.read('slack/T5')).rejects.toThrow();
  });

  it('is not there without a key, nor with a weak one', () => {
    expect(worldOf(gateway).vault).toBeUndefined();
    for (const weak of ['', 'changeme', 'AAAA', Buffer.alloc(32).toString('base64')])
      expect(vaultKeys(weak)).toBeUndefined();
    expect(vaultKeys(randomBytes(32).toString('hex'))).toHaveLength(1);
  });

  it('is written by the gateway alone', async () => {
    await expect(worldOf(relay, newKey()).vault!.write('slack/T6', 'x')).rejects.toThrow();
  });
});
