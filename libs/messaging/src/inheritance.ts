/**
 * Readings whose lanes an earlier release dealt out to other durables: how the new ones begin where those stopped.
 *
 * Semantics
 * - Nothing that the old durables had not dealt with is passed over, whatever comes in meanwhile.
 * - The new ones begin at the oldest such message, of any of them. What others had dealt with past it comes again; the new durable says
 *   how far that may be (`inheritedOf`), so that its reader knows it from what is new.
 * - Old durables are paused, read, and deleted when all heirs are there. Killed in between: they go on by themselves within a minute,
 *   and the next attempt does all of it again.
 */
import { DeliverPolicy, type ConsumerConfig } from '@nats-io/jetstream';
import type { Bus } from './bus.ts';

/** For so long an old durable gives nothing while it is read, in milliseconds. */
const PAUSE = 60_000;

/** Where a durable says up to which message others may have dealt with what it gives. */
const INHERITED = 'threadbox-inherited';

/** What a durable begins with. */
export type Beginning = Pick<ConsumerConfig, 'deliver_policy'> & Partial<ConsumerConfig>;

/** Up to this sequence of its stream, a durable's messages may have been dealt with through another; 0 where there was none. */
export const inheritedOf = ({ metadata }: Pick<ConsumerConfig, 'metadata'>): number =>
  Number(metadata?.[INHERITED] ?? 0);

/** The oldest message that a durable has not dealt with; undefined where there is none. */
const oldestOf = async ({ jsm }: Pick<Bus, 'jsm'>, stream: string, name: string): Promise<number | undefined> => {
  const { ack_floor: floor, config } = await jsm.consumers.info(stream, name);
  const filters = config.filter_subjects ?? [config.filter_subject ?? '>'];
  const found = await Promise.all(
    filters.map((filter) => {
      const next = { seq: floor.stream_seq + 1, next_by_subj: filter };
      // Asked of the leader: a copy may be behind, and not know what has just come.
      return jsm.streams.getMessage(stream, next);
    }),
  );
  const sequences = found.flatMap((message) => message?.seq ?? []);
  return sequences.length === 0 ? undefined : Math.min(...sequences);
};

/** Where the heirs of these durables, all of one stream, begin. They give nothing for a minute. */
export const inheritFrom = async (
  { jsm }: Pick<Bus, 'jsm'>,
  stream: string,
  ancestors: readonly string[],
): Promise<Beginning> => {
  if (ancestors.length === 0) return { deliver_policy: DeliverPolicy.All };
  for (const name of ancestors) await jsm.consumers.pause(stream, name, new Date(Date.now() + PAUSE));
  // What comes from now on nobody has dealt with.
  const { last_seq: last } = (await jsm.streams.info(stream)).state;
  const oldest = await Promise.all(ancestors.map((name) => oldestOf({ jsm }, stream, name)));
  const open = oldest.filter((sequence) => sequence !== undefined);
  return {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.min(last + 1, ...open),
    metadata: { [INHERITED]: String(last) },
  };
};
