/** Three NATS servers with three copies of everything: one of them dies while people talk, and comes back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, provision, type Bus } from '@threadbox/messaging';
import { startFakeBotApi, type FakeBotApi } from '@threadbox/platforms/testing';
import { streams } from '@threadbox/schemas';
import { startThreadbox, type Threadbox } from '@threadbox/tool-threadbox';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { telegramChat, type Chat } from './chats.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { layWire, type Wire } from './proxy.ts';
import { quiet } from './quiet.ts';
import { speak, type Said } from './scenes.ts';
import { judgeChat } from './verdict.ts';
import { createWitness } from './witness.ts';

let home: string;
let cluster: Cluster;
let wire: Wire;
let admin: Bus;
let box: Threadbox;
let telegram: FakeBotApi;
let chat: Chat;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 90_000, interval: 50 });
const shows = (words: string) =>
  until(async () => expect((await chat.shown()).some(({ text }) => text.includes(words))).toBe(true));

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'threadbox-cluster-'));
  telegram = await startFakeBotApi();
  cluster = await startCluster(home);
  // As a Service does: whoever connects reaches one that is there.
  wire = await layWire(...cluster.ports);
  const url = `nats://127.0.0.1:${wire.port}`;
  await until(async () => {
    admin ??= await connectBus({ url, name: 'admin', creds: cluster.credentials.creds('admin') });
    await provision(admin, { replicas: 3 });
  });
  box = await startThreadbox({
    home,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      GATEWAY_PORT: '0',
      NATS_URL: url,
      STREAM_REPLICAS: '3',
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.url,
      DEFAULT_AGENT: 'echo',
      SANDBOX_WALLS: 'none',
    },
  });
  chat = telegramChat(telegram, process.pid);
  await chat.say('answer-hello');
  await shows('Are you my owner?');
  await chat.say('yes');
  await shows('answer-hello');
}, 180_000);
afterAll(async () => {
  await box.stop();
  await admin.close();
  await wire.close();
  await cluster.stop();
  await telegram.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

/** Echo says what it is told. */
const say = async (...words: readonly string[]): Promise<Said[]> => {
  await speak(
    chat,
    words.map((word) => `answer-${word}`),
  );
  return words.map((word) => ({ chat, answer: `answer-${word}` }));
};

it('loses nothing, doubles nothing and keeps the order when the leader of the chats dies', async () => {
  const info = await admin.jsm.streams.info(streams.chat);
  expect(info.config.num_replicas).toBe(3);
  const leader = info.cluster?.leader ?? '';
  const said = await say('one', 'two', 'three');
  await cluster.kill(leader);
  said.push(...(await say('four', 'five', 'six')));
  await shows('answer-six');
  await cluster.start(leader);
  said.push(...(await say('seven', 'eight')));
  await shows('answer-eight');
  await until(async () => expect(await quiet(admin, 20_000)).toEqual([]));
  expect(await judgeChat(chat, said)).toEqual([]);
  expect(await createWitness(admin).complaints()).toEqual([]);
  expect((await admin.jsm.streams.info(streams.chat)).cluster?.leader).toMatch(/^nats-\d$/);
}, 240_000);
