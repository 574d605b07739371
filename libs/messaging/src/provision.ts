import { AckPolicy, DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { durables, PARTITIONS, readingOf, streams, streamTable, type Durable } from '@threadbox/schemas';
import type { Bus } from './bus.ts';
import { inheritFrom, type Beginning } from './inheritance.ts';

const NANOS = 1e6;

/** How long JetStream waits for an acknowledgement before it delivers again, in milliseconds; readers extend it while they work. */
export const ACK_WAIT = 5000;

/** Whoever reads a durable reads it as one of this group, of which NATS serves one at a time. */
export const READERS = 'readers';

/** How long a reader may be silent before NATS serves another, in milliseconds: below ACK_WAIT, so that a crash costs no more. */
const PIN_TIMEOUT = 4000;

/** How often a reader says that it is there, in milliseconds. */
export const PULL_EXPIRES = 1500;

/** How long JetStream remembers message ids, in milliseconds. Past it the deciders themselves recognise a cause. */
const DUPLICATE_WINDOW = 10 * 60 * 1000;

const CONSUMER_ALREADY_EXISTS = 10148;
const isAnotherOne = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === CONSUMER_ALREADY_EXISTS;

/** A stream of this name stands where a restore from a backup was begun and not finished. */
export const RESTORING = 'RESTORING';

/** Where a stream says how many lanes its subjects have. */
const LANES = 'threadbox-partitions';
/** No release ever had more. */
const MOST_LANES = 64;

/**
 * Throws where the log was written with another number of lanes: what stands in a lane that nobody looks into would be as good as
 * lost, without a word.
 */
const refuseOtherLanes = async (jsm: Bus['jsm']): Promise<void> => {
  const { config } = await jsm.streams.info(streams.events);
  const told = config.metadata?.[LANES];
  let lanes = told === undefined ? undefined : Number(told);
  // Streams of before 0.1.0 say nothing.
  for (let p = PARTITIONS; lanes === undefined && p < MOST_LANES; p += 1)
    if (await jsm.direct.getMessage(streams.events, { seq: 1, next_by_subj: `events.${p}.>` })) lanes = p + 1;
  if (lanes === undefined || lanes === PARTITIONS) return;
  throw new Error(
    `the streams were written with ${told === undefined ? 'more' : lanes} partitions, and this release has ${PARTITIONS}: ` +
      `use the release that they were written with`,
  );
};

/**
 * Makes every stream and durable consumer of the topology, or brings them up to date: the one step that needs
 * more than a service's rights. Idempotent. Throws where the server does not take a setting (too old, or no JetStream),
 * where a restore was not finished, and
 * where the log has another number of partitions.
 */
export const provision = async (
  { jsm }: Pick<Bus, 'jsm'>,
  { replicas = 1 }: { replicas?: number } = {},
): Promise<void> => {
  const existing = new Set<string>();
  for await (const name of jsm.streams.names()) existing.add(name);
  if (existing.has(RESTORING))
    throw new Error('a restore from a backup was begun and not finished: run `threadbox restore` again');
  if (existing.has(streams.events)) await refuseOtherLanes(jsm);
  for (const row of streamTable) {
    const schedules = 'schedules' in row && row.schedules;
    const config = {
      subjects: [...row.subjects],
      max_age: row.maxAge * NANOS,
      duplicate_window: DUPLICATE_WINDOW * NANOS,
      // A full disk must be an error for the publisher, never the silent loss of old messages.
      discard: DiscardPolicy.New,
      allow_direct: true,
      num_replicas: replicas,
      metadata: { [LANES]: String(PARTITIONS) },
      ...('lastPerSubject' in row && row.lastPerSubject ? { max_msgs_per_subject: 1, discard: DiscardPolicy.Old } : {}),
      ...(schedules ? { allow_msg_schedules: true, allow_msg_ttl: true, allow_rollup_hdrs: true } : {}),
    };
    const { config: got } = existing.has(row.name)
      ? await jsm.streams.update(row.name, config)
      : await jsm.streams.add({
          name: row.name,
          retention: RetentionPolicy.Limits,
          storage: StorageType.File,
          ...config,
        });
    if (schedules && got.allow_msg_schedules !== true) {
      throw new Error(`the NATS server ignores scheduled messages on ${row.name}: it must be 2.12 or newer`);
    }
  }
  for (const [stream, rows] of Map.groupBy(durables, (row) => row.stream))
    await provisionReaders({ jsm }, stream, rows);
};

/** Makes a stream's durables, or brings them up to date. Where an earlier release had others, they go on where those stopped. */
const provisionReaders = async ({ jsm }: Pick<Bus, 'jsm'>, stream: string, rows: readonly Durable[]): Promise<void> => {
  const existing: string[] = [];
  for await (const { name } of jsm.consumers.list(stream)) existing.push(name);
  for (const [reading, heirs] of Map.groupBy(rows, ({ durable }) => readingOf(durable))) {
    const ancestors = existing.filter(
      (name) => readingOf(name) === reading && heirs.every(({ durable }) => durable !== name),
    );
    const beginning = await inheritFrom({ jsm }, stream, ancestors);
    for (const heir of heirs) await provisionReader({ jsm }, heir, beginning);
    for (const name of ancestors) await jsm.consumers.delete(stream, name);
  }
};

const provisionReader = async (
  { jsm }: Pick<Bus, 'jsm'>,
  { durable, stream, filters, inFlight }: Durable,
  beginning: Beginning,
): Promise<void> => {
  const [only, ...others] = filters;
  const config = {
    ...(only !== undefined && others.length === 0 ? { filter_subject: only } : { filter_subjects: [...filters] }),
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT * NANOS,
    max_ack_pending: inFlight,
    max_deliver: -1,
    // Of several readers one at a time is served. Where only one message is out at once, that is so anyway.
    ...(inFlight > 1
      ? {
          priority_policy: 'pinned_client' as const,
          priority_groups: [READERS],
          priority_timeout: PIN_TIMEOUT * NANOS,
        }
      : {}),
  };
  try {
    await jsm.consumers.add(stream, { durable_name: durable, ...beginning, ...config });
  } catch (error) {
    if (!isAnotherOne(error)) throw error;
    // It was made by an earlier version: what it has read it keeps.
    await jsm.consumers.update(stream, durable, config);
  }
};
