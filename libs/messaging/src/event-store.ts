/**
 * The log as the truth: aggregates are folded from their own subject of EVENTS and appended to with its expected
 * last sequence.
 *
 * Semantics
 * - One decision is one commit, one message: all of its events or none.
 * - The commit's id is derived from its cause, and is the `Nats-Msg-Id`: deciding again for the same cause appends nothing.
 * - Somebody else was first: the state is loaded again and the decision made anew, up to ATTEMPTS times.
 *
 * Implementation
 * - States are kept per subject with the sequence they reflect. `load` asks for the subject's last sequence (about 0.05 ms): equal, the
 *   kept state is right; else only the missing commits are read. `decide` decides by the kept state: an append of it is refused where
 *   somebody else was first, and a decision to append nothing is made again by a loaded one. So any number of replicas may write, and
 *   a kept state is never trusted blindly. Loads of one subject at the same time are one.
 * - A long history is begun at a snapshot, where its reader keeps some (`snapshots.ts`).
 * - An aggregate that restates itself (`restates`) begins each UTC day's commits with an event that holds all that was before it.
 *   Whoever has no kept state reads from the day of the last commit; where that does not begin so, from the start.
 */
import { fold, type Decider } from '@threadbox/eventsourcing';
import {
  aggregates,
  commit,
  commitVersion,
  deriveId,
  eventsSubject,
  readVersioned,
  streams,
  type AggregateType,
  type EventOf,
  type Origin,
  type Principal,
} from '@threadbox/schemas';
import { LRUCache } from 'lru-cache';
import type { Bus } from './bus.ts';
import { coalesceReads } from './coalesce-reads.ts';
import { isConflict, Outdated } from './errors.ts';
import { faultPoint } from './fault-points.ts';
import { createSnapshots, type SnapshotName } from './snapshots.ts';
import { traceHeaders } from './trace-headers.ts';

/** What makes a decision happen: the message behind it, and who acts. */
export type Cause = Pick<Origin, 'id' | 'correlation'> & { principal?: Principal | undefined };

/** An aggregate as it stands: its state, and the sequence of its last commit (0: none yet). */
export type Loaded<State> = { state: State; sequence: number };

/** Loads and decides for one kind of aggregate. */
export type EventStore<State, Command, Event> = {
  /**
   * The aggregate as it stands; with `since`, at least as it stood once this sequence of EVENTS was appended, which is enough for
   * whoever reacts to that commit, and often costs nothing.
   */
  load: (id: string, options?: { since?: number }) => Promise<Loaded<State>>;
  /**
   * The aggregate as this process knows it, without asking, or undefined. It may be old: whoever looks at it decides with its sequence
   * as `from`.
   */
  peek: (id: string) => Loaded<State> | undefined;
  /**
   * Carries a command out and tells the state after it, with the events that this call appended (none where the
   * cause was dealt with before). What `decide` throws, `Rejected` above all, comes through. With `from`, nothing is appended
   * unless that is the aggregate's last sequence: else it throws `Outdated`, and the next `load` or `peek` knows better.
   * `effects` is what the cause made happen, though it may have been before a crash: for the word about it, which must be the same
   * then. It is known as long as nothing else happened since.
   */
  decide: (
    id: string,
    command: Command,
    cause: Cause,
    options?: { from?: number },
  ) => Promise<Loaded<State> & { events: readonly Event[]; effects: readonly Event[] }>;
};

const ATTEMPTS = 20;
const BATCH = 1000;
/** How many commits are read before a snapshot is looked for: most histories are shorter. */
const GLANCE = 200;
const KEPT_STATES = 10_000;
/** How many of a day's first commits are looked at: some may have been decided the day before, by a clock that is late. */
const AROUND_MIDNIGHT = 50;

/** The store of one kind of aggregate. Only the service that owns the kind may append; NATS refuses the others. */
export const createEventStore = <Type extends AggregateType, State, Command>(
  { js, jsm }: Pick<Bus, 'js' | 'jsm'>,
  type: Type,
  decider: Decider<State, Command, EventOf<Type>>,
  { restates, snapshots: named }: { restates?: (event: EventOf<Type>) => boolean; snapshots?: SnapshotName } = {},
): EventStore<State, Command, EventOf<Type>> => {
  const schema = commit(aggregates[type].events);
  const kept = new LRUCache<string, Loaded<State>>({ max: KEPT_STATES });
  const snapshots = named && createSnapshots<State>({ js, jsm }, named);

  const keep = (subject: string, loaded: Loaded<State>): Loaded<State> => {
    kept.set(subject, loaded);
    return loaded;
  };

  /** The sequence after which a fold may begin: before the first commit of the last one's day that restates all; else 0. */
  const beginning = async (subject: string, last: Date): Promise<number> => {
    if (restates === undefined) return 0;
    const midnight = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), last.getUTCDate()));
    const query = { start_time: midnight, next_by_subj: subject, batch: AROUND_MIDNIGHT };
    let found = 0;
    for await (const stored of await jsm.direct.getBatch(streams.events, query)) {
      const [first] = readVersioned(schema, stored.json()).events as Array<EventOf<Type>>;
      if (found === 0 && first !== undefined && restates(first)) found = stored.seq - 1;
    }
    return found;
  };

  const loadSubject = coalesceReads(async (subject): Promise<Loaded<State>> => {
    const last = await jsm.direct.getMessage(streams.events, { last_by_subj: subject });
    if (last === null) return { state: decider.initial, sequence: 0 };
    let { state, sequence } = kept.get(subject) ?? {
      state: decider.initial,
      sequence: await beginning(subject, last.time),
    };
    let isCold = snapshots !== undefined && sequence === 0;
    let commits = 0;
    let commitId = '';
    // A last sequence below the kept one is a stale replica's answer: what we appended ourselves is newer.
    while (sequence < last.seq) {
      const batch = await jsm.direct.getBatch(streams.events, {
        seq: sequence + 1,
        next_by_subj: subject,
        batch: isCold ? GLANCE : BATCH,
      });
      for await (const stored of batch) {
        const { id, events } = readVersioned(schema, stored.json());
        state = fold(decider, events as Array<EventOf<Type>>, state);
        sequence = stored.seq;
        commitId = id;
        commits += 1;
      }
      if (!isCold || sequence >= last.seq) continue;
      isCold = false;
      // A long history: perhaps most of it was folded before.
      const snapshot = await snapshots?.read(subject);
      if (snapshot === undefined || snapshot.sequence <= sequence || snapshot.sequence > last.seq) continue;
      ({ state, sequence } = snapshot);
      commits = 0;
    }
    if (commits > 0) snapshots?.folded(subject, commits, { state, sequence, commit: commitId });
    return keep(subject, { state, sequence });
  });

  /** What the command makes happen. By a kept state only what is appended counts: the append itself shows whether it was right. */
  const settle = async (
    subject: string,
    command: Command,
  ): Promise<Loaded<State> & { events: readonly EventOf<Type>[] }> => {
    const guess = kept.get(subject);
    if (guess) {
      try {
        const events = decider.decide(command, guess.state);
        if (events.length > 0) return { ...guess, events };
      } catch {
        // Rejected, perhaps by what is no longer so.
      }
    }
    const loaded = await loadSubject(subject);
    return { ...loaded, events: decider.decide(command, loaded.state) };
  };

  /** What this cause made happen in the commit at this sequence; nothing, if that was another's. */
  const effectsAt = async (sequence: number, cause: Cause): Promise<ReadonlyArray<EventOf<Type>>> => {
    const stored = sequence === 0 ? null : await jsm.direct.getMessage(streams.events, { seq: sequence });
    if (stored === null) return [];
    const { causation, events } = schema.parse(stored.json());
    return causation === cause.id ? (events as Array<EventOf<Type>>) : [];
  };

  const decide: EventStore<State, Command, EventOf<Type>>['decide'] = async (id, command, cause, { from } = {}) => {
    const subject = eventsSubject(type, id);
    for (let attempt = 1; ; attempt += 1) {
      const { state, sequence, events } = await settle(subject, command);
      if (from !== undefined && sequence !== from) throw new Outdated(subject);
      if (events.length === 0) return { state, sequence, events, effects: await effectsAt(sequence, cause) };
      const message = {
        // One cause may decide twice on an aggregate (open, then take a turn): what happens first tells them apart.
        id: deriveId('commit', type, id, cause.id, String(events[0]?.type)),
        type: 'commit',
        version: commitVersion(type),
        time: new Date().toISOString(),
        causation: cause.id,
        correlation: cause.correlation,
        ...(cause.principal === undefined ? {} : { principal: cause.principal }),
        aggregate: { type, id },
        events,
      };
      try {
        faultPoint('before', 'commit', type);
        const ack = await js.publish(subject, JSON.stringify(schema.parse(message)), {
          msgID: message.id,
          headers: traceHeaders(),
          expect: { lastSubjectSequence: sequence },
        });
        faultPoint('after', 'commit', type);
        // Another delivery of the same cause appended it before us: what it decided is what counts.
        if (ack.duplicate)
          return { ...(await loadSubject(subject)), events: [], effects: await effectsAt(ack.seq, cause) };
        const after = { state: fold(decider, events, state), sequence: ack.seq };
        snapshots?.folded(subject, 1, { ...after, commit: message.id });
        return { ...keep(subject, after), events, effects: events };
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
        // Somebody else was first: what we kept is old.
        await loadSubject(subject);
      }
    }
  };

  return {
    load: async (id, { since } = {}) => {
      const subject = eventsSubject(type, id);
      const known = since === undefined ? undefined : kept.get(subject);
      return known && since !== undefined && known.sequence >= since ? known : loadSubject(subject);
    },
    peek: (id) => kept.get(eventsSubject(type, id)),
    decide,
  };
};
