import { chatSubject, MessageReceived, partitionOf, readerOf } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Bus } from './bus.ts';
import { publish } from './publish.ts';
import { react, type Delivery, type Reader } from './react.ts';
import { said } from './testing/said.ts';

/** Three conversations of one partition, and so of one share. */
const conversations = Array.from({ length: 100 }, (_, n) => `web:ana~${n}`)
  .filter((conversation) => partitionOf(conversation) === 3)
  .slice(0, 3);
const text = z.object({ data: z.object({ text: z.string() }) });

let nats: TestNats;
let buses: Bus[];
beforeEach(async () => {
  nats = await testNats();
  buses = [];
});
afterEach(async () => {
  for (const bus of buses) await bus.close();
  await nats.stop();
});
const connect = async (user: string): Promise<Bus> => {
  const bus = await nats.connect(user);
  buses.push(bus);
  return bus;
};
/** Says so many things in each conversation, in turn; what is to be heard of each, in order. */
const sayAll = async (bus: Bus, lane: 'inbound' | 'outbound', count: number): Promise<string[]> => {
  const texts = Array.from({ length: count }, (_, n) => `message ${n}`);
  for (const words of texts)
    await Promise.all(
      conversations.map((conversation) => publish(bus, chatSubject(lane, conversation), said(conversation, words))),
    );
  return texts;
};

/** What was heard by whom, and how many were at work on one conversation at once, at most. */
const createEar = () => {
  const heard: Array<{ reader: string; subject: string; text: string }> = [];
  const busy = new Map<string, number>();
  let most = 0;
  const by =
    (reader: string, work: () => Promise<void> = async () => undefined) =>
    async (message: z.infer<typeof text>, { subject }: Delivery): Promise<void> => {
      busy.set(subject, (busy.get(subject) ?? 0) + 1);
      most = Math.max(most, busy.get(subject) ?? 0);
      await work();
      busy.set(subject, (busy.get(subject) ?? 0) - 1);
      heard.push({ reader, subject, text: message.data.text });
    };
  const of = (lane: 'inbound' | 'outbound', conversation: string): string[] =>
    heard.filter(({ subject }) => subject === chatSubject(lane, conversation)).map((one) => one.text);
  return { by, heard, of, most: () => most };
};
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('two deciders of a share: each message once, in order, one at a time', async () => {
  const ear = createEar();
  const readers: Reader[] = [];
  for (const name of ['one', 'two'])
    readers.push(
      await react(await connect('auth'), {
        durable: readerOf('auth-inbound', chatSubject('inbound', conversations[0] ?? '')) ?? '',
        schema: MessageReceived,
        handle: ear.by(name, tick),
      }),
    );
  const expected = await sayAll(await connect('gateway'), 'inbound', 60);
  await vi.waitFor(() => expect(ear.heard).toHaveLength(180), { timeout: 20_000 });
  for (const conversation of conversations) expect(ear.of('inbound', conversation)).toEqual(expected);
  expect(ear.most()).toBe(1);
  for (const reader of readers) await reader.stop();
});

const relay = async (handle: (message: z.infer<typeof text>, delivery: Delivery) => Promise<void>) => {
  const bus = await connect('relay');
  const keyOf = ({ subject }: Delivery): string => subject;
  return { bus, reader: await react(bus, { durable: 'relay-outbound', schema: text, handle, keyOf }) };
};

it('two relays: each message once, in order, while one comes and the other goes', async () => {
  const ear = createEar();
  const { reader: first } = await relay(ear.by('first', tick));
  const session = await connect('session');
  const before = await sayAll(session, 'outbound', 5);
  await vi.waitFor(() => expect(ear.heard).toHaveLength(15));
  const { reader: second } = await relay(ear.by('second', tick));
  const saying = sayAll(session, 'outbound', 200);
  await vi.waitFor(() => expect(ear.heard.length).toBeGreaterThan(100), { timeout: 20_000 });
  await first.stop();
  const expected = await saying;
  // The first five are known by their ids, and not taken again.
  expect(expected.slice(0, 5)).toEqual(before);
  await vi.waitFor(() => expect(ear.heard).toHaveLength(600), { timeout: 20_000 });
  for (const conversation of conversations) expect(ear.of('outbound', conversation)).toEqual(expected);
  expect(ear.most()).toBe(1);
  expect(ear.heard.at(-1)?.reader).toBe('second');
  await second.stop();
});

it('two relays: what a killed one had in hand comes before what is newer', async () => {
  const ear = createEar();
  const stuck = new Promise<void>(() => undefined);
  const { bus: doomed } = await relay(async () => stuck);
  const session = await connect('session');
  const admin = await connect('admin');
  const expected = await sayAll(session, 'outbound', 20);
  await vi.waitFor(
    async () => expect((await admin.jsm.consumers.info('CHAT', 'relay-outbound')).num_ack_pending).toBe(60),
    { timeout: 20_000 },
  );
  const { reader: second } = await relay(ear.by('second', tick));
  // As kill -9 does: no word to anybody.
  await doomed.nc.close();
  const later = Array.from({ length: 10 }, (_, n) => `later ${n}`);
  for (const words of later)
    for (const conversation of conversations)
      await publish(session, chatSubject('outbound', conversation), said(conversation, words));
  await vi.waitFor(() => expect(ear.heard).toHaveLength(90), { timeout: 30_000 });
  for (const conversation of conversations) expect(ear.of('outbound', conversation)).toEqual([...expected, ...later]);
  await second.stop();
});

/** The turn of the reader that is served. */
const served = async (admin: Bus): Promise<string | undefined> => {
  const Group = z.looseObject({ pinned_client_id: z.string().optional() });
  const info: unknown = await admin.jsm.consumers.info('CHAT', 'relay-outbound');
  return z.looseObject({ priority_groups: z.array(Group) }).parse(info).priority_groups[0]?.pinned_client_id;
};

it('a relay that comes after a killed one that had nothing in hand is served at once', async () => {
  const { bus: doomed } = await relay(async () => undefined);
  const session = await connect('session');
  const admin = await connect('admin');
  await publish(session, chatSubject('outbound', conversations[0] ?? ''), said(conversations[0] ?? '', 'before'));
  await vi.waitFor(async () => {
    const { delivered, num_ack_pending: pending } = await admin.jsm.consumers.info('CHAT', 'relay-outbound');
    expect([delivered.consumer_seq, pending]).toEqual([1, 0]);
  });
  const before = await served(admin);
  expect(before).toMatch(/./);
  await doomed.nc.close();
  const ear = createEar();
  const { reader } = await relay(ear.by('second'));
  expect(await served(admin)).not.toBe(before);
  await publish(session, chatSubject('outbound', conversations[0] ?? ''), said(conversations[0] ?? '', 'after'));
  await vi.waitFor(() => expect(ear.heard).toHaveLength(1), { timeout: 20_000 });
  await reader.stop();
});
