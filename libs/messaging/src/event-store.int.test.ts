import type { Decider } from '@threadbox/eventsourcing';
import { deriveId, eventsSubject, streams, type FleetEvent } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bus } from './bus.ts';
import { createEventStore } from './event-store.ts';

/** Counts deletions; decides on what it knows, so that a stale state would show. */
const counter: Decider<number, { upTo: number }, FleetEvent> = {
  initial: 0,
  decide: ({ upTo }, count) => (count < upTo ? [{ type: 'sandbox-deleted', sandbox: deriveId(count) }] : []),
  evolve: (count) => count + 1,
};
const cause = (...name: Array<string | number>) => ({ id: deriveId(...name), correlation: deriveId('correlation') });

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await testNats();
  bus = await nats.connect('admin');
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

it('appends a decision as one message and folds it back', async () => {
  const store = createEventStore(bus, 'fleet', counter);
  expect(await store.decide('one', { upTo: 5 }, cause('one'))).toMatchObject({
    state: 1,
    events: [{ type: 'sandbox-deleted' }],
  });
  expect((await createEventStore(bus, 'fleet', counter).load('one')).state).toBe(1);
});

it('decides once for one cause, whoever asks again', async () => {
  const first = createEventStore(bus, 'fleet', counter);
  const second = createEventStore(bus, 'fleet', counter);
  await first.decide('same', { upTo: 5 }, cause('same'));
  expect(await second.decide('same', { upTo: 5 }, cause('same'))).toMatchObject({ state: 1, events: [] });
  expect(await first.decide('same', { upTo: 5 }, cause('same'))).toMatchObject({ state: 1, events: [] });
});

it('tells what a cause made happen though it was before a crash, as long as nothing came after it', async () => {
  const first = createEventStore(bus, 'fleet', counter);
  const { events } = await first.decide('told', { upTo: 1 }, cause('told'));
  expect(events).toHaveLength(1);
  const second = createEventStore(bus, 'fleet', counter);
  expect(await second.decide('told', { upTo: 1 }, cause('told'))).toMatchObject({ events: [], effects: events });
  expect(await second.decide('told', { upTo: 1 }, cause('another'))).toMatchObject({ events: [], effects: [] });
  await second.decide('told', { upTo: 2 }, cause('after'));
  expect(await first.decide('told', { upTo: 2 }, cause('told'))).toMatchObject({ events: [], effects: [] });
});

it('lets many decide at once and loses none', async () => {
  const stores = Array.from({ length: 4 }, () => createEventStore(bus, 'fleet', counter));
  await Promise.all(
    stores.flatMap((store, s) => [0, 1, 2].map((n) => store.decide('race', { upTo: 10 }, cause('race', s, n)))),
  );
  // Twelve wanted one more, ten were allowed: a stale decision would have made it eleven or twelve.
  expect((await createEventStore(bus, 'fleet', counter).load('race')).state).toBe(10);
});

it('sees what others appended since it looked', async () => {
  const mine = createEventStore(bus, 'fleet', counter);
  const other = createEventStore(bus, 'fleet', counter);
  await mine.decide('fresh', { upTo: 9 }, cause('fresh', 1));
  await other.decide('fresh', { upTo: 9 }, cause('fresh', 2));
  expect((await mine.load('fresh')).state).toBe(2);
});

it('reads a history of more than one batch, in order', async () => {
  const store = createEventStore(bus, 'fleet', counter);
  for (let n = 0; n < 1100; n += 1) await store.decide('long', { upTo: 2000 }, cause('long', n));
  expect((await createEventStore(bus, 'fleet', counter).load('long')).state).toBe(1100);
});

it('reads no further back than to the event that restates all before it, if it is among the day’s first', async () => {
  const restates = ({ type }: FleetEvent): boolean => type === 'sandbox-failed';
  let folded = 0;
  const restating: Decider<number, FleetEvent, FleetEvent> = {
    initial: 0,
    decide: (event) => [event],
    evolve: (count, event) => {
      folded += 1;
      return event.type === 'sandbox-failed' ? Number(event.reason) : count + 1;
    },
  };
  const store = createEventStore(bus, 'fleet', restating);
  const gone = (n: number): FleetEvent => ({ type: 'sandbox-deleted', sandbox: deriveId(n) });
  const add = (id: string, n: number, event = gone(n)) => store.decide(id, event, cause(id, n));
  for (const n of [1, 2, 3]) await add('restated', n);
  await add('restated', 4, { type: 'sandbox-failed', sandbox: deriveId(4), reason: '100' });
  for (const n of [5, 6]) await add('restated', n);
  folded = 0;
  expect((await createEventStore(bus, 'fleet', restating, { restates }).load('restated')).state).toBe(102);
  expect(folded).toBe(3);
  for (let n = 0; n < 60; n += 1) await add('late', n);
  await add('late', 60, { type: 'sandbox-failed', sandbox: deriveId(4), reason: '60' });
  expect((await createEventStore(bus, 'fleet', restating, { restates }).load('late')).state).toBe(60);
});

it('refuses to build on an event that is none', async () => {
  await bus.js.publish(
    eventsSubject('fleet', 'broken'),
    JSON.stringify({ type: 'commit', events: [{ type: 'nonsense' }] }),
  );
  await expect(createEventStore(bus, 'fleet', counter).load('broken')).rejects.toThrow(/nonsense|Invalid/);
});

it('is refused by NATS where the aggregate is another service’s', async () => {
  const gateway = await nats.connect('gateway');
  const before = (await bus.jsm.streams.info(streams.events)).state.messages;
  await expect(gateway.js.publish(eventsSubject('workspace', 'w'), '{}', { timeout: 1000 })).rejects.toThrow();
  expect((await bus.jsm.streams.info(streams.events)).state.messages).toBe(before);
  await gateway.close();
});
