/** Dead letters that an operator gives back, on a real NATS, with the rights that a service has. */
import { chatSubject, MessageReceived, readerOf, streams } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bus } from './bus.ts';
import { deadLetter, deadLetters, deleteDeadLetter, replayDeadLetter, type DeadLetter } from './dead-letters.ts';
import { Unprocessable } from './errors.ts';
import { publish } from './publish.ts';
import { react, type Reader } from './react.ts';
import { said } from './testing/said.ts';

const conversation = 'web:ana~1';
const subject = chatSubject('inbound', conversation);
const durable = readerOf('auth-inbound', subject) ?? '';

let nats: TestNats;
let auth: Bus;
let operator: Bus;
let reader: Reader;
let isMended = false;
const heard: string[] = [];

beforeEach(async () => {
  nats = await testNats();
  [auth, operator] = await Promise.all([nats.connect('auth'), nats.connect('admin')]);
  isMended = false;
  heard.length = 0;
  reader = await react(auth, {
    durable,
    schema: MessageReceived,
    handle: async ({ data }, { sequence, redelivered }) => {
      if (!isMended) throw new Unprocessable('a bug of ours');
      heard.push(`${data.text} #${sequence} ${redelivered}`);
    },
  });
  for (const text of ['first', 'second']) await publish(operator, subject, said(conversation, text));
  await vi.waitFor(async () => expect((await operator.jsm.streams.info(streams.dead)).state.messages).toBe(2));
});
afterEach(async () => {
  await reader.stop();
  await Promise.all([auth.close(), operator.close()]);
  await nats.stop();
});
const all = async (): Promise<DeadLetter[]> => {
  const letters = [];
  for await (const letter of deadLetters(operator)) letters.push(letter);
  return letters;
};

it('are listed with where they came from and why', async () => {
  const reason = 'Unprocessable: a bug of ours';
  expect(await all()).toMatchObject([
    { number: 1, durable, subject, sequence: 1, reason },
    { number: 2, durable, subject, sequence: 2, reason },
  ]);
  expect(JSON.parse((await deadLetter(operator, 2))?.text ?? '')).toMatchObject({ data: { text: 'second' } });
  expect(await deadLetter(operator, 3)).toBeUndefined();
});

it('are processed by their reader once it can, append nothing, and are gone then', async () => {
  const before = (await operator.jsm.streams.info(streams.chat)).state.messages;
  isMended = true;
  for (const letter of await all()) expect(await replayDeadLetter(operator, letter)).toEqual({ ok: true });
  expect(heard).toEqual(['first #1 true', 'second #2 true']);
  expect(await all()).toEqual([]);
  expect((await operator.jsm.streams.info(streams.chat)).state.messages).toBe(before);
});

it('that an earlier release put aside by another durable are processed by today’s', async () => {
  isMended = true;
  const [letter] = await all();
  expect(await replayDeadLetter(operator, { ...letter!, durable: 'auth-inbound-7' })).toEqual({ ok: true });
  expect(heard).toEqual(['first #1 true']);
});

it('stay where they are while their reader cannot, or is not there', async () => {
  const [letter] = await all();
  expect(await replayDeadLetter(operator, letter!)).toEqual({ ok: false, reason: 'Unprocessable: a bug of ours' });
  await reader.stop();
  expect(await replayDeadLetter(operator, letter!)).toEqual({
    ok: false,
    reason: expect.stringContaining(`nobody reads ${durable}`) as string,
  });
  expect(await all()).toHaveLength(2);
  await deleteDeadLetter(operator, 1);
  expect((await all()).map(({ number }) => number)).toEqual([2]);
});
