/**
 * What operators see of durable readers, and a watch that none of them is deaf.
 *
 * Semantics
 * - The readers of a reading's shares are told together: `session-admitted`, never `session-admitted-3of4`.
 * - Counting costs nothing: numbers that a scrape looks at. How much waits is asked of NATS, at most every five seconds, and a
 *   scrape does not wait for it longer than a second.
 * - A reader is deaf where messages wait, nobody has any in hand, and NATS has given out none for a minute: the client
 *   lost its way (it may after a reconnect); or where its durable has not been there for a minute. The process cannot mend that,
 *   so it is told to end.
 */
import { JetStreamApiError, type ConsumerInfo } from '@nats-io/jetstream';
import { observed } from '@threadbox/metrics';
import { deadSubject, readingOf, streams } from '@threadbox/schemas';
import type { Bus } from './bus.ts';

/** What a reader counts. */
export type Counts = {
  done: number;
  dead: number;
  redelivered: number;
  retried: number;
  /** Milliseconds spent on messages. */
  busy: number;
};

/** A reader, as far as it is watched. */
type Watched = {
  durable: string;
  counts: Counts;
  info: () => Promise<ConsumerInfo>;
  /** When the stream took the oldest message that is in hand, in milliseconds since 1970; undefined where there is none. */
  oldest: () => number | undefined;
};

/** A durable gives nothing to us though messages wait. */
class ReaderDeaf extends Error {
  override readonly name = 'ReaderDeaf';
  constructor(durable: string) {
    super(`${durable} was given nothing for a minute: messages wait, or it is not there`);
  }
}

/** How it stood with a reader at a moment. `since`: from when on something has waited without anything getting done. */
type Standing = { pending: number; inHand: number; floor: number; delivered: number; since: number; at: number };

/** Milliseconds: how long an answer counts, how often the watch looks, and how long a reader may be given nothing. */
type Times = { fresh: number; look: number; deaf: number };
const TIMES: Times = { fresh: 5000, look: 20_000, deaf: 60_000 };

/** JetStream's word for a durable that is not there. */
const NOT_FOUND = 10_014;

/** How a reader stands after this look; what did not move since the last one has waited since then. */
export const standingOf = (
  { num_pending, num_ack_pending, ack_floor, delivered }: ConsumerInfo,
  last: Standing | undefined,
  now: number,
): Standing => {
  const waits = num_pending + num_ack_pending > 0;
  const isStill =
    last !== undefined &&
    last.pending + last.inHand > 0 &&
    last.floor === ack_floor.stream_seq &&
    last.delivered === delivered.stream_seq;
  return {
    pending: num_pending,
    inHand: num_ack_pending,
    floor: ack_floor.stream_seq,
    delivered: delivered.stream_seq,
    since: waits && isStill ? last.since : now,
    at: now,
  };
};

/** True where messages wait and nobody was given any for so long, as NATS itself said. */
export const isDeaf = ({ pending, inHand, since, at }: Standing, patience: number = TIMES.deaf): boolean =>
  pending > 0 && inHand === 0 && at - since >= patience;

const nothing: Counts = { done: 0, dead: 0, redelivered: 0, retried: 0, busy: 0 };
const plus = (one: Counts, other: Counts): Counts => ({
  done: one.done + other.done,
  dead: one.dead + other.dead,
  redelivered: one.redelivered + other.redelivered,
  retried: one.retried + other.retried,
  busy: one.busy + other.busy,
});

const watches = new WeakMap<Bus, ReturnType<typeof watchReaders>>();

/** The watch over a connection's readers. */
export const watchOf = (bus: Bus): ReturnType<typeof watchReaders> => {
  const watch = watches.get(bus) ?? watchReaders(bus);
  watches.set(bus, watch);
  return watch;
};

/** Begins to watch over a connection's readers; there are none yet. */
export const watchReaders = (bus: Bus, times: Times = TIMES) => {
  const readers = new Set<Watched>();
  const standings = new Map<Watched, Standing>();
  /**
   * What readers did that have ended, by reading. It stays: a counter never falls, and a gauge that is told no more would stand in
   * OpenTelemetry for ever as it was last, so one that has nobody left is 0.
   */
  const past = new Map<string, Counts>();
  /** Since when a durable is missing. */
  const missing = new Map<Watched, number>();
  let letters = new Map<string, number>();
  let asked: { at: number; answer: Promise<void> } | undefined;

  const countLetters = async (): Promise<void> => {
    const { state } = await bus.jsm.streams.info(streams.dead, { subjects_filter: deadSubject('>') });
    letters = new Map();
    for (const [subject, count] of Object.entries(state.subjects ?? {})) {
      const reader = readingOf(subject.slice(deadSubject('').length));
      letters.set(reader, (letters.get(reader) ?? 0) + count);
    }
  };
  const ask = async (): Promise<void> => {
    await Promise.allSettled([
      countLetters(),
      ...[...readers].map(async (reader) => {
        try {
          const info = await reader.info();
          missing.delete(reader);
          if (readers.has(reader)) standings.set(reader, standingOf(info, standings.get(reader), Date.now()));
        } catch (error) {
          if (!(error instanceof JetStreamApiError && error.code === NOT_FOUND)) throw error;
          standings.delete(reader);
          if (readers.has(reader) && !missing.has(reader)) missing.set(reader, Date.now());
        }
      }),
    ]);
  };
  /** Asks NATS, unless it was asked a moment ago. */
  const look = (): Promise<void> => {
    if (asked === undefined || Date.now() - asked.at > times.fresh) asked = { at: Date.now(), answer: ask() };
    return asked.answer;
  };

  const waited = (reader: Watched, now: number): number => {
    const oldest = reader.oldest();
    if (oldest !== undefined) return now - oldest;
    const standing = standings.get(reader);
    return standing !== undefined && standing.pending > 0 ? now - standing.since : 0;
  };

  const stopMetrics = observed(
    [
      'threadbox_reader_messages_total',
      'threadbox_reader_redeliveries_total',
      'threadbox_reader_retries_total',
      'threadbox_reader_busy_seconds_total',
      'threadbox_reader_lag_messages',
      'threadbox_reader_in_hand_messages',
      'threadbox_reader_oldest_waiting_seconds',
      'threadbox_dead_letters',
    ],
    async (observe) => {
      const now = Map.groupBy(readers, ({ durable }) => readingOf(durable));
      const groups = [...past].map(([reader, before]) => ({ reader, before, group: now.get(reader) ?? [] }));
      for (const { reader, before, group } of groups) {
        const { done, dead, redelivered, retried, busy } = group.reduce((sum, { counts }) => plus(sum, counts), before);
        observe('threadbox_reader_messages_total', done, { reader, outcome: 'done' });
        observe('threadbox_reader_messages_total', dead, { reader, outcome: 'dead' });
        observe('threadbox_reader_redeliveries_total', redelivered, { reader });
        observe('threadbox_reader_retries_total', retried, { reader });
        observe('threadbox_reader_busy_seconds_total', busy / 1000, { reader });
      }
      const tell = (): void => {
        for (const { reader, group } of groups) {
          const known = group.flatMap((one) => standings.get(one) ?? []);
          if (known.length === 0 && group.length > 0) continue;
          const sum = (of: 'pending' | 'inHand'): number => known.reduce((total, one) => total + one[of], 0);
          const oldest = Math.max(0, ...group.map((one) => waited(one, Date.now())));
          observe('threadbox_reader_lag_messages', sum('pending'), { reader });
          observe('threadbox_reader_in_hand_messages', sum('inHand'), { reader });
          observe('threadbox_reader_oldest_waiting_seconds', oldest / 1000, { reader });
          observe('threadbox_dead_letters', letters.get(reader) ?? 0, { reader });
        }
      };
      // What is known, in case NATS does not answer: what waits, waits on meanwhile.
      tell();
      await look();
      tell();
    },
  );

  const timer = setInterval(() => {
    void look().then(() => {
      if (!bus.isConnected()) return;
      const deaf =
        [...standings].find(([reader, standing]) => reader.oldest() === undefined && isDeaf(standing, times.deaf)) ??
        [...missing].find(([, since]) => Date.now() - since >= times.deaf);
      if (deaf) bus.fail(new ReaderDeaf(deaf[0].durable));
    });
  }, times.look);
  timer.unref();
  void bus.nc.closed().then(() => {
    clearInterval(timer);
    stopMetrics();
  });

  return {
    /** Begins to watch a reader; the answer ends it. */
    add: (reader: Watched): (() => void) => {
      const reading = readingOf(reader.durable);
      past.set(reading, past.get(reading) ?? nothing);
      readers.add(reader);
      return () => {
        if (readers.delete(reader)) past.set(reading, plus(past.get(reading) ?? nothing, reader.counts));
        standings.delete(reader);
        missing.delete(reader);
      };
    },
  };
};
