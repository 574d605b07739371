import {
  chatSubject,
  conversationFilter,
  deriveId,
  MessageReceived,
  readerOf,
  sandboxSubject,
  streams,
  TextStreamed,
} from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bus } from './bus.ts';
import { Unprocessable } from './errors.ts';
import { compose, publish } from './publish.ts';
import { react } from './react.ts';
import { purgeSubject } from './read.ts';
import { said as saidIn } from './testing/said.ts';

const conversation = 'web:ana~1';
const durable = readerOf('auth-inbound', chatSubject('inbound', conversation)) ?? '';
const said = (text: string) => saidIn(conversation, text);

let nats: TestNats;
let bus: Bus;
beforeEach(async () => {
  nats = await testNats();
  bus = await nats.connect('admin');
});
afterEach(async () => {
  await bus.close();
  await nats.stop();
});
const say = (...texts: string[]) =>
  Promise.all(texts.map((text) => publish(bus, chatSubject('inbound', conversation), said(text))));
const seen = (expected: readonly string[], actual: readonly string[]) =>
  vi.waitFor(() => expect(actual).toEqual(expected), { timeout: 20_000, interval: 20 });

it('hands over in order, each once', async () => {
  const heard: string[] = [];
  const reader = await react(bus, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }) => void heard.push(data.text),
  });
  const texts = Array.from({ length: 50 }, (_, n) => `message ${n}`);
  for (const text of texts) await say(text);
  await say(texts[0] ?? '');
  await seen(texts, heard);
  await reader.stop();
});

it('tries again in place, so that nothing overtakes', async () => {
  const heard: string[] = [];
  let failures = 2;
  const reader = await react(bus, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }) => {
      if (data.text === 'first' && failures-- > 0) throw new Error('not yet');
      heard.push(data.text);
    },
  });
  await say('first');
  await say('second');
  await seen(['first', 'second'], heard);
  await reader.stop();
});

it('puts aside what is hopeless, with the reason, and serves the next', async () => {
  const heard: string[] = [];
  const reader = await react(bus, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }) => {
      if (data.text === 'poison') throw new Unprocessable('tastes bad');
      heard.push(data.text);
    },
  });
  await bus.js.publish(chatSubject('inbound', conversation), 'not JSON');
  await say('poison');
  await say('water');
  await seen(['water'], heard);
  await vi.waitFor(async () => expect((await bus.jsm.streams.info(streams.dead)).state.messages).toBe(2));
  const newer = { ...said('from tomorrow'), version: 7 };
  await publish(bus, chatSubject('inbound', conversation), newer);
  await vi.waitFor(async () => expect((await bus.jsm.streams.info(streams.dead)).state.messages).toBe(3));
  const unknown = await bus.jsm.direct.getMessage(streams.dead, { seq: 3 });
  expect(unknown?.header.get('Threadbox-Reason')).toContain('version 7 of message-received is newer');
  const dead = await bus.jsm.direct.getMessage(streams.dead, { seq: 2 });
  expect(dead?.header.get('Threadbox-Reason')).toContain('tastes bad');
  expect(dead?.header.get('Threadbox-Subject')).toBe(chatSubject('inbound', conversation));
  expect(dead?.json()).toMatchObject({ data: { text: 'poison' } });
  await reader.stop();
});

it('gives back at once what it had not begun when it is stopped', async () => {
  const heard: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = await react(bus, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }) => {
      await held;
      heard.push(data.text);
    },
  });
  await say('one', 'two');
  const stopped = first.stop();
  release();
  await stopped;
  const second = await react(bus, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }) => void heard.push(data.text),
  });
  await vi.waitFor(() => expect(heard.toSorted()).toEqual(['one', 'two']), { timeout: 20_000 });
  await second.stop();
});

it('holds newer messages back until those that a killed reader had in hand came again', async () => {
  const sandbox = deriveId('sandbox');
  const subject = sandboxSubject(sandbox, 'out');
  const output = 'relay-output';
  const piece = (at: number) =>
    compose({ type: 'text-streamed', id: deriveId('piece', at), data: { turn: 1, at, text: 'x' } });
  const dying = await nats.connect('relay');
  await react(dying, { durable: output, schema: TextStreamed, handle: () => new Promise(() => undefined) });
  for (const at of [1, 2, 3]) await publish(bus, subject, piece(at));
  await vi.waitFor(async () => expect((await bus.jsm.consumers.info(streams.sandbox, output)).num_ack_pending).toBe(3));
  // As kill -9 does: the connection goes, nothing is given back.
  await dying.nc.close();
  await publish(bus, subject, piece(4));
  const heard: string[] = [];
  const reader = await react(bus, {
    durable: output,
    schema: TextStreamed,
    handle: async ({ data }) => void heard.push(String(data.at)),
    keyOf: (delivery) => delivery.subject,
  });
  await seen(['1', '2', '3', '4'], heard);
  await reader.stop();
});

it('reads on after the server was killed and came back', async () => {
  const heard: string[] = [];
  const reader = await react(bus, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }) => void heard.push(data.text),
  });
  await say('before');
  await seen(['before'], heard);
  await nats.restart();
  await vi.waitFor(() => say('after'), { timeout: 10_000 });
  // An acknowledgement may die with the server, so a message may come again; none is lost and none overtakes.
  await vi.waitFor(() => expect([...new Set(heard)]).toEqual(['before', 'after']), { timeout: 20_000 });
  await reader.stop();
});

it('forgets a conversation up to a place, and nothing else', async () => {
  const [, second] = [await say('one'), await say('two')];
  await publish(bus, chatSubject('inbound', 'web:ben~1'), { ...said('other'), id: deriveId('other') });
  await purgeSubject(bus, streams.chat, conversationFilter(conversation), { upTo: second[0]?.sequence ?? 0 });
  const { state } = await bus.jsm.streams.info(streams.chat);
  expect(state.messages).toBe(2);
});
