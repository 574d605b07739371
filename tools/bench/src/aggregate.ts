/** What an aggregate with a long history costs: to be loaded by a process that knows nothing of it, and to be appended to. */
import { createEventStore, type Bus, type SnapshotName } from '@threadbox/messaging';
import { deriveId, eventsSubject, snapshotSubject, streams, type SessionEvent } from '@threadbox/schemas';
import { testNats } from '@threadbox/tool-infrastructure/testing';
import { session } from '../../../services/session/src/domain/session.ts';
import { snapshots } from '../../../services/session/src/snapshots.ts';
import { summarize } from './statistics.ts';
import { publishCommits, type Draft } from './write-log.ts';

const TIMES = 30;

function* history(id: string, events: number): Generator<Draft> {
  const by = 'web:bench';
  const of = (...some: SessionEvent[]) => ({ aggregate: 'session' as const, id, events: some });
  yield of({ type: 'session-opened', workspace: 'web', conversation: 'web:bench~1', agent: 'echo', by });
  for (let turn = 1; turn * 3 < events; turn += 1) {
    const asked = { turn, message: deriveId('bench-message', id, turn), sequence: turn, by };
    yield of({ type: 'turn-requested', ...asked, ahead: 0 }, { type: 'turn-started', ...asked });
    yield of({ type: 'turn-ended', turn, outcome: 'completed', usage: {} });
  }
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/** Milliseconds of loads, each by a store that has kept nothing. */
const coldLoads = async (bus: Bus, id: string, named: SnapshotName | undefined): Promise<number[]> => {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n += 1)
    times.push(
      await timed(() => createEventStore(bus, 'session', session, named ? { snapshots: named } : {}).load(id)),
    );
  return times;
};

/** Measures histories of these lengths, with snapshots and without; milliseconds. */
export const measureAggregate = async (lengths: readonly number[]): Promise<Record<string, Record<string, number>>> => {
  const nats = await testNats();
  const bus = await nats.connect('admin');
  const rows: Record<string, Record<string, number>> = {};
  try {
    for (const length of lengths) {
      const id = deriveId('bench-long', length);
      await publishCommits(bus, history(id, length));
      rows[`load of ${length} events, without snapshots`] = summarize(await coldLoads(bus, id, undefined));
      await createEventStore(bus, 'session', session, { snapshots: snapshots.session }).load(id);
      const head = snapshotSubject(snapshots.session.name, eventsSubject('session', id), 0);
      // A short history has none.
      const patience = length > 3000 ? 1000 : 0;
      for (let tries = 0; tries < patience; tries += 1) {
        if (await bus.jsm.direct.getMessage(streams.snapshots, { last_by_subj: head })) break;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      rows[`load of ${length} events`] = summarize(await coldLoads(bus, id, snapshots.session));
      const store = createEventStore(bus, 'session', session, { snapshots: snapshots.session });
      await store.load(id);
      const appends: number[] = [];
      for (let n = 0; n < TIMES * 10; n += 1) {
        const cause = deriveId('bench-append', length, n);
        const command = { type: 'trust', trusted: n % 2 === 0, by: 'web:bench' } as const;
        appends.push(await timed(() => store.decide(id, command, { id: cause, correlation: cause })));
      }
      rows[`append to ${length} events`] = summarize(appends);
    }
    return rows;
  } finally {
    await bus.close();
    await nats.stop();
  }
};
