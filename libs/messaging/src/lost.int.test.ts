/** What a process learns of having become deaf: it cannot mend that, and has to end. */
import { metrics } from '@opentelemetry/api';
import { connectService } from './settings.ts';
import { chatSubject, MessageReceived, readerOf, streams } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bus } from './bus.ts';
import { publish } from './publish.ts';
import { react } from './react.ts';
import { watchReaders } from './reader-watch.ts';

const durable = readerOf('auth-inbound', chatSubject('inbound', 'web:ana~1')) ?? '';

let nats: TestNats;
let bus: Bus;
let lost: Error[];
beforeEach(async () => {
  nats = await testNats();
  lost = [];
  bus = await connectService('auth', { NATS_URL: nats.url, NATS_CREDS: nats.creds('auth') }, (error) =>
    lost.push(error),
  );
});
afterEach(async () => {
  await bus.close();
  await nats.stop();
});
/** Stands for the SDK, which is chassis' to bring: scrapes whoever registers from now on. */
const fakeScrape = () => {
  type Observe = (instrument: string, value: number, labels: Record<string, string>) => void;
  const callbacks: Array<(result: { observe: Observe }) => Promise<void>> = [];
  const meter = {
    createObservableCounter: (name: string) => name,
    createObservableGauge: (name: string) => name,
    addBatchObservableCallback: (callback: (typeof callbacks)[number]) => callbacks.push(callback),
    removeBatchObservableCallback: () => undefined,
  };
  metrics.disable();
  metrics.setGlobalMeterProvider({ getMeter: () => meter } as never);
  return async (): Promise<Record<string, number>> => {
    const told: Record<string, number> = {};
    const observe: Observe = (name, value, labels) => (told[[name, ...Object.values(labels)].join(' ')] = value);
    await Promise.all(callbacks.map((callback) => callback({ observe })));
    return told;
  };
};

const read = () => react(bus, { durable, schema: MessageReceived, handle: () => Promise.resolve() });
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

it('a reader that ended for good is told', async () => {
  await read();
  // As the client does where the server refuses a connection again and again.
  await bus.nc.close();
  await until(() => expect(lost.map(({ name }) => name)).toContain('ReaderEnded'));
});

it('what ends because we end is not', async () => {
  const reader = await read();
  await reader.stop();
  await bus.close();
  await bus.nc.closed();
  expect(lost).toEqual([]);
});

it('a server that is away for a while is not, but it is known', async () => {
  const reader = await read();
  expect(bus.isConnected()).toBe(true);
  await nats.kill();
  await until(() => expect(bus.isConnected()).toBe(false));
  await nats.start();
  await until(() => expect(bus.isConnected()).toBe(true));
  expect(lost).toEqual([]);
  await reader.stop();
});

it.each([
  [
    'that gives nothing out though messages wait',
    async (admin: Bus) =>
      void (await publish(admin, chatSubject('inbound', 'web:ana~1'), { type: 'probe', id: 'one' })),
  ],
  ['that is not there', async (admin: Bus) => void (await admin.jsm.consumers.delete(streams.chat, durable))],
])('a durable %s is told', async (_what, happens) => {
  const watch = watchReaders(bus, { fresh: 0, look: 50, deaf: 500 });
  const consumer = await bus.js.consumers.get(streams.chat, durable);
  // As a reader whose client lost its way: it asks for nothing.
  const counts = { done: 0, dead: 0, redelivered: 0, retried: 0, busy: 0 };
  const stop = watch.add({ durable, counts, info: () => consumer.info(), oldest: () => undefined });
  const admin = await nats.connect('admin');
  await happens(admin);
  await until(() => expect(lost[0]).toMatchObject({ name: 'ReaderDeaf', message: expect.stringContaining(durable) }));
  stop();
  await admin.close();
});

it('what readers did is told after they have ended, and that nothing waits for them', async () => {
  const scrape = fakeScrape();
  const watch = watchReaders(bus);
  const consumer = await bus.js.consumers.get(streams.chat, durable);
  const admin = await nats.connect('admin');
  await publish(admin, chatSubject('inbound', 'web:ana~1'), { type: 'probe', id: 'one' });
  const counts = { done: 3, dead: 1, redelivered: 2, retried: 5, busy: 1500 };
  const stop = watch.add({ durable, counts, info: () => consumer.info(), oldest: () => Date.now() - 90_000 });
  const before = await scrape();
  expect(before).toMatchObject({ 'threadbox_reader_lag_messages auth-inbound': 1 });
  expect(before['threadbox_reader_oldest_waiting_seconds auth-inbound']).toBeGreaterThanOrEqual(90);
  stop();
  expect(await scrape()).toMatchObject({
    'threadbox_reader_messages_total auth-inbound done': 3,
    'threadbox_reader_messages_total auth-inbound dead': 1,
    'threadbox_reader_redeliveries_total auth-inbound': 2,
    'threadbox_reader_retries_total auth-inbound': 5,
    'threadbox_reader_busy_seconds_total auth-inbound': 1.5,
    'threadbox_reader_lag_messages auth-inbound': 0,
    'threadbox_reader_in_hand_messages auth-inbound': 0,
    'threadbox_reader_oldest_waiting_seconds auth-inbound': 0,
  });
  await admin.close();
});

it('a service may count its dead letters, and see nothing of them', async () => {
  const { state } = await bus.jsm.streams.info(streams.dead, { subjects_filter: 'dead.>' });
  expect(state.messages).toBe(0);
  await expect(bus.jsm.direct.getMessage(streams.dead, { seq: 1 })).rejects.toThrow(/permission|denied|Violation/i);
});
