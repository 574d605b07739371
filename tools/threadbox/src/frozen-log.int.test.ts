/** What each release wrote, replayed by the readers of today: folded by every decider, projected into every table. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Decider } from '@threadbox/eventsourcing';
import { createEventStore, type Bus, type SnapshotName } from '@threadbox/messaging';
import { connectDatabase } from '@threadbox/projections';
import { aggregates, streams, type AggregateType, type EventOf } from '@threadbox/schemas';
import { testNats, testPostgres, type TestNats, type TestPostgres } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../../../services/auth/src/domain/account.ts';
import { askedWays } from '../../../services/auth/src/domain/asked-ways.ts';
import { credential } from '../../../services/auth/src/domain/credential.ts';
import { link } from '../../../services/auth/src/domain/link.ts';
import { workspace } from '../../../services/auth/src/domain/workspace.ts';
import { snapshots as ofAuth } from '../../../services/auth/src/snapshots.ts';
import { accountView } from '../../../services/egress/src/domain/account-view.ts';
import { ledger } from '../../../services/egress/src/domain/ledger.ts';
import { sessionView } from '../../../services/egress/src/domain/session-view.ts';
import { wayLog } from '../../../services/egress/src/domain/way-log.ts';
import { workspaceView } from '../../../services/egress/src/domain/workspace-view.ts';
import { snapshots as ofEgress } from '../../../services/egress/src/snapshots.ts';
import { fleet } from '../../../services/sandbox/src/domain/fleet.ts';
import { snapshots as ofSandbox } from '../../../services/sandbox/src/snapshots.ts';
import { conversation } from '../../../services/session/src/domain/conversation.ts';
import { fleetView } from '../../../services/session/src/domain/fleet-view.ts';
import { grants } from '../../../services/session/src/domain/grants.ts';
import { handoff } from '../../../services/session/src/domain/handoff.ts';
import { session } from '../../../services/session/src/domain/session.ts';
import { workspaceAllowance } from '../../../services/session/src/domain/workspace-allowance.ts';
import { snapshots as ofSession } from '../../../services/session/src/snapshots.ts';
import { projectionTable } from './projection-table.ts';

const folder = new URL('../../../schemas/frozen/', import.meta.url);

type Reader = { type: AggregateType; read: (bus: Bus, id: string) => Promise<unknown>; snapshot?: SnapshotName };
const reader = <State, Event>(
  type: AggregateType,
  decider: Decider<State, never, Event>,
  snapshot?: SnapshotName,
): Reader => ({
  type,
  // A decider's events are its aggregate's; the table below pairs them.
  read: async (bus, id) =>
    (await createEventStore(bus, type, decider as unknown as Decider<State, never, EventOf<AggregateType>>).load(id))
      .state,
  ...(snapshot && { snapshot }),
});

const readers: Readonly<Record<string, Reader>> = {
  account: reader('account', account),
  accountView: reader('account', accountView),
  askedWays: reader('session', askedWays, ofAuth.ways),
  conversation: reader('conversation', conversation),
  credential: reader('credential', credential),
  fleet: reader('fleet', fleet, ofSandbox.fleet),
  fleetView: reader('fleet', fleetView, ofSession.fleet),
  grants: reader('grants', grants),
  handoff: reader('handoff', handoff),
  ledger: reader('ledger', ledger),
  link: reader('link', link),
  session: reader('session', session, ofSession.session),
  sessionView: reader('session', sessionView, ofEgress.session),
  wayLog: reader('egress', wayLog, ofEgress.ways),
  workspace: reader('workspace', workspace, ofAuth.workspace),
  workspaceAllowance: reader('workspace', workspaceAllowance, ofSession.workspace),
  workspaceView: reader('workspace', workspaceView, ofEgress.workspace),
};

it('has a reader of every aggregate, and one for every snapshot', () => {
  expect(new Set(Object.values(readers).map(({ type }) => type))).toEqual(new Set(Object.keys(aggregates)));
  const named = [ofAuth, ofEgress, ofSandbox, ofSession].flatMap((some) => Object.values<SnapshotName>(some));
  expect(new Set(Object.values(readers).flatMap(({ snapshot }) => snapshot ?? []))).toEqual(new Set(named));
});

describe.each(readdirSync(folder))('%s', (file) => {
  const lines = readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { subject: string; text: string });
  let nats: TestNats;
  let server: TestPostgres;
  let bus: Bus;

  beforeAll(async () => {
    [nats, server] = await Promise.all([testNats(), testPostgres()]);
    bus = await nats.connect('admin');
    for (const { subject, text } of lines) if (subject.startsWith('events.')) await bus.js.publish(subject, text);
  });
  afterAll(async () => {
    await bus.close();
    await Promise.all([nats.stop(), server.stop()]);
  });

  it.each(Object.entries(readers))('is folded by %s to the state that it always was', async (name, one) => {
    const info = await bus.jsm.streams.info(streams.events, { subjects_filter: `events.*.${one.type}.>` });
    const ids = Object.keys(info.state.subjects ?? {}).map((subject) => subject.split('.').at(-1) ?? '');
    const states = await Promise.all(ids.toSorted().map((id) => one.read(bus, id)));
    expect(states.length).toBeGreaterThan(0);
    const shard = ({ shards, ...rest }: { shards?: unknown[] }) => ({ ...rest, shards: shards?.filter(Boolean) });
    const index = { fleet: 'asleep', workspace: 'roster' }[name] ?? '';
    const shown = states.map((state) => {
      const found = (state as Record<string, object>)[index];
      return found === undefined ? state : { ...(state as object), [index]: shard(found) };
    });
    // Where this differs, a kept snapshot differs from what would be folded: raise its version in the service's snapshots.ts, then -u.
    expect(shown).toMatchSnapshot(one.snapshot ? `version ${one.snapshot.version}` : 'no snapshots are kept');
  });

  it('is projected into rows, and nothing of it is left out', async () => {
    const sql = connectDatabase(server.url);
    const hear = {
      skip: (error: unknown) => {
        throw error;
      },
    };
    for (const projection of projectionTable) await projection.rebuild({ bus, sql }, hear);
    const [turn] =
      await sql`select outcome, cost from session_sessions.turns where outcome is not null and cost is not null`;
    expect(turn).toEqual({ outcome: 'completed', cost: 1 });
    expect(await sql`select 1 from session_sessions.sessions where closed_at is not null`).toHaveLength(2);
    for (const projection of projectionTable) {
      expect(await projection.verify({ bus, sql }, hear)).toMatchObject({ count: 0 });
    }
    await sql.end({ timeout: 1 });
  });
});
