import { deriveId, eventsSubject, snapshotSubject, streams, type WorkspaceEvent } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Bus } from './bus.ts';
import { createEventStore } from './event-store.ts';

let nats: TestNats;
let bus: Bus;
let folded = 0;
type Roster = { gone: Map<string, number>; count: number };

/** An aggregate whose state is no JSON, and that tells how much of it was folded. */
const store = (version = 1, name: `${string}.${string}` = 'auth.test') =>
  createEventStore(
    bus,
    'workspace',
    {
      initial: { gone: new Map<string, number>(), count: 0 },
      decide: (events: WorkspaceEvent[]) => events,
      evolve: ({ gone, count }: Roster, event: WorkspaceEvent): Roster => {
        folded += 1;
        return event.type === 'member-removed'
          ? { gone: new Map(gone).set(event.member.slice(-1), count), count: count + 1 }
          : { gone, count };
      },
    },
    { snapshots: { name, version } },
  );
const HISTORY = 2500;
const id = 'long';
const subject = eventsSubject('workspace', id);
let calls = 0;
const cause = () => ({ id: deriveId('snapshot-test', (calls += 1)), correlation: deriveId('c') });
const append = async (to: string, times: number, stores = store()): Promise<void> => {
  for (let n = 0; n < times; n += 1) await stores.decide(to, [{ type: 'member-removed', member: `m${n}` }], cause());
};
const head = (aggregate = id) =>
  bus.jsm.direct.getMessage(streams.snapshots, {
    last_by_subj: snapshotSubject('auth.test', eventsSubject('workspace', aggregate), 0),
  });
/** Loads with nothing kept, and tells what was folded for it. */
const cold = async (version?: number): Promise<{ count: number; folded: number }> => {
  folded = 0;
  const { state } = await store(version).load(id);
  return { count: state.count, folded };
};
/** What is written in the background is there. */
const snapshotAt = async (atLeast: number) =>
  vi.waitFor(
    async () => expect((await head())?.json<{ sequence: number }>().sequence).toBeGreaterThanOrEqual(atLeast),
    {
      timeout: 20_000,
      interval: 20,
    },
  );

beforeAll(async () => {
  nats = await testNats();
  bus = await nats.connect('admin');
  await append(id, HISTORY);
  await snapshotAt(2000);
});
beforeEach(async () => {
  // Each begins with a snapshot that counts.
  await bus.jsm.streams.purge(streams.snapshots);
  await cold();
  await snapshotAt(HISTORY);
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

it('begins a long history at a snapshot, and folds on from there', async () => {
  const stores = store();
  await append(id, 3, stores);
  const { state } = await stores.load(id);
  const again = await cold();
  expect(again.count).toBe(state.count);
  expect(again.folded).toBeLessThanOrEqual(200 + 3);
  expect((await store().load(id)).state.gone).toEqual(state.gone);
});

it('needs none for a short history, and writes none', async () => {
  await append('short', 20);
  await store().load('short');
  expect(await head('short')).toBeNull();
});

it('folds everything where there is none, or it was deleted', async () => {
  await bus.jsm.streams.purge(streams.snapshots);
  const { count, folded: all } = await cold();
  expect(all).toBe(count);
});

/** Everything is folded, though there is a snapshot; and another one is written in its place. */
const expectDisbelief = async (version = 1): Promise<void> => {
  const { state } = await bus.jsm.streams.info(streams.snapshots);
  const { count, folded: all } = await cold(version);
  expect(all).toBe(count);
  await vi.waitFor(async () => expect((await head())?.seq).toBeGreaterThan(state.last_seq), {
    timeout: 20_000,
    interval: 20,
  });
};

it('does not believe one of another version, a broken one, one whose parts are missing, or nonsense', async () => {
  await expectDisbelief(2);
  await expectDisbelief(1);
  const part = snapshotSubject('auth.test', subject, 1);
  await bus.js.publish(part, 'half of it');
  await expectDisbelief();
  await bus.jsm.streams.purge(streams.snapshots, { filter: part });
  await expectDisbelief();
  await bus.js.publish(snapshotSubject('auth.test', subject, 0), '{"version":1');
  await expectDisbelief();
  expect((await cold()).folded).toBeLessThanOrEqual(200);
});

it('does not believe one of a log that is gone', async () => {
  const claim = (await head())?.json<{ commit: string; sequence: number }>();
  const sequence = claim?.sequence ?? 0;
  for (const wrong of [{ commit: deriveId('another') }, { sequence: sequence - 1 }, { sequence: 10_000_000 }]) {
    await bus.js.publish(snapshotSubject('auth.test', subject, 0), JSON.stringify({ ...claim, ...wrong }));
    await expectDisbelief();
  }
});

it('is a service’s own: another may neither read nor write it', async () => {
  const other = await nats.connect('session');
  const own = snapshotSubject('auth.test', subject, 0);
  await expect(other.js.publish(own, '{}', { timeout: 1000 })).rejects.toThrow();
  await expect(other.jsm.direct.getMessage(streams.snapshots, { last_by_subj: own })).rejects.toThrow();
  const auth = await nats.connect('auth');
  expect((await auth.jsm.direct.getMessage(streams.snapshots, { last_by_subj: own }))?.subject).toBe(own);
  await Promise.all([other.close(), auth.close()]);
});
