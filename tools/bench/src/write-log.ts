/** Writes a long log, as sessions of a team would have left it: for measuring what costs more the longer it is. */
import type { Bus } from '@threadbox/messaging';
import { deriveId, eventsSubject, type FleetEvent, type SessionEvent, type WorkspaceEvent } from '@threadbox/schemas';

/** What was written: messages on EVENTS, and the events in them. */
export type Written = { commits: number; events: number };

/** How many publishes are under way at once. */
const IN_FLIGHT = 512;
const BEGIN = Date.UTC(2026, 0, 1);

/** A commit that is to be written. */
export type Draft = {
  aggregate: 'session' | 'fleet' | 'workspace';
  id: string;
  events: ReadonlyArray<SessionEvent | FleetEvent | WorkspaceEvent>;
};

/** One session's whole life, as commits of its own and of the fleet: `turns` turns, asleep and awake once in ten. */
function* lifeOf(n: number, turns: number): Generator<Draft> {
  const id = deriveId('bench-session', n);
  const by = `web:person-${n % 50}`;
  const conversation = `web:person-${n % 50}~${n}`;
  const session = (...events: SessionEvent[]): Draft => ({ aggregate: 'session', id, events });
  const fleet = (...events: FleetEvent[]): Draft => ({ aggregate: 'fleet', id: 'main', events });
  const start: FleetEvent = { type: 'sandbox-started', sandbox: id, agent: 'echo' };
  const request: FleetEvent = { type: 'sandbox-requested', sandbox: id, agent: 'echo' };
  const stop: FleetEvent = { type: 'sandbox-stopped', sandbox: id, reason: 'idle' };
  yield session({ type: 'session-opened', workspace: 'web', conversation, agent: 'echo', by });
  yield fleet(request, start);
  for (let turn = 1; turn <= turns; turn += 1) {
    if (turn % 10 === 0) {
      yield session({ type: 'session-suspended' });
      yield fleet(stop);
    }
    const asked = { turn, message: deriveId('bench-message', n, turn), sequence: turn, by };
    yield session({ type: 'turn-requested', ...asked, ahead: 0 }, { type: 'turn-started', ...asked });
    if (turn % 10 === 0) yield fleet(request, start);
    yield session({
      type: 'turn-ended',
      turn,
      outcome: 'completed',
      usage: { inputTokens: 1000, outputTokens: 200, cost: 0.01 },
    });
  }
  yield session({ type: 'session-suspended' });
  yield fleet(stop);
  // Half of them are closed; the others rest, and the fleet knows of each.
  if (n % 2 === 0) {
    yield session({ type: 'session-closed', by, message: deriveId('bench-close', n), sequence: 1 });
    yield fleet({ type: 'sandbox-deleted', sandbox: id });
  }
}

/** Publishes with many under way. Resolves when all of them are stored. */
export const publishCommits = async ({ js }: Pick<Bus, 'js'>, drafts: Iterable<Draft>): Promise<Written> => {
  const written = { commits: 0, events: 0 };
  const underWay = new Set<Promise<unknown>>();
  for (const { aggregate, id, events } of drafts) {
    written.commits += 1;
    written.events += events.length;
    const commit = deriveId('bench-commit', aggregate, id, written.commits);
    const message = {
      id: commit,
      type: 'commit',
      version: 1,
      time: new Date(BEGIN + written.commits * 10).toISOString(),
      causation: commit,
      correlation: commit,
      aggregate: { type: aggregate, id },
      events,
    };
    const stored: Promise<unknown> = js
      .publish(eventsSubject(aggregate, id), JSON.stringify(message), { timeout: 60_000 })
      .finally(() => underWay.delete(stored));
    underWay.add(stored);
    if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return written;
};

/** Writes sessions until the log has so many events more, each to its end. Twenty of them go on at a time. */
export const writeLog = (
  bus: Pick<Bus, 'js'>,
  { events, turns = 20 }: { events: number; turns?: number },
): Promise<Written> => {
  function* drafts(): Generator<Draft> {
    const open = new Set<Generator<Draft>>();
    let n = 0;
    let count = 0;
    while (count < events || open.size > 0) {
      if (count < events) for (; open.size < 20; n += 1) open.add(lifeOf(n, turns));
      for (const life of open) {
        const next = life.next();
        if (next.done === true) {
          open.delete(life);
          continue;
        }
        count += next.value.events.length;
        yield next.value;
      }
    }
  }
  return publishCommits(bus, drafts());
};

/** Founds the page's workspace by its host, and lets so many people in. */
export const writeMembers = (bus: Pick<Bus, 'js'>, members: number): Promise<Written> => {
  const draft = (event: WorkspaceEvent): Draft => ({ aggregate: 'workspace', id: 'web:local', events: [event] });
  function* drafts(): Generator<Draft> {
    yield draft({ type: 'owner-claimed', owner: 'web:host' });
    for (let n = 0; n < members; n += 1) yield draft({ type: 'member-added', member: `web:member-${n}`, role: 'user' });
  }
  return publishCommits(bus, drafts());
};
