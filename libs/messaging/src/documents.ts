/**
 * Small documents on a stream that keeps the last message of each subject: what a service has to remember that is no fact about the
 * world. A change says which version it changes, so that of two writers one is first and the other looks again.
 *
 * A subject that was not looked at yet is taken to be empty: the server refuses the change if it is not.
 */
import { DeliverPolicy } from '@nats-io/jetstream';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import type { Bus } from './bus.ts';
import { isConflict } from './errors.ts';

/** Reads and changes documents of one shape. */
export type Documents<Value> = {
  /** How it stands now; the empty one where there is none. */
  read: (subject: string) => Promise<Value>;
  /** Makes it what `next` makes of it (the same object: nothing to do), and tells how it stood before. `next` may be called several times. */
  change: (subject: string, next: (before: Value) => Value) => Promise<Value>;
  /** Every document whose subject matches, the one that was written last at the end. */
  list: (filter: string) => Promise<Value[]>;
};

const ATTEMPTS = 20;
const KEPT = 20_000;

/** The documents of one shape on this stream. What cannot be read any more counts as empty. */
export const createDocuments = <Value>(
  { js, jsm }: Pick<Bus, 'js' | 'jsm'>,
  stream: string,
  schema: z.ZodType<Value>,
  empty: Value,
): Documents<Value> => {
  type Version = { value: Value; sequence: number };
  const versions = new LRUCache<string, Version>({ max: KEPT });
  const keep = (subject: string, version: Version): Version => {
    versions.set(subject, version);
    return version;
  };
  const parse = (json: unknown): Value => schema.safeParse(json).data ?? empty;

  const look = async (subject: string): Promise<Version> => {
    const stored = await jsm.direct.getMessage(stream, { last_by_subj: subject });
    return keep(
      subject,
      stored ? { value: parse(stored.json()), sequence: stored.seq } : { value: empty, sequence: 0 },
    );
  };

  return {
    read: async (subject) => (await look(subject)).value,
    change: async (subject, next) => {
      let version = versions.get(subject);
      for (let attempt = 1; ; attempt += 1) {
        const { value, sequence } = version ?? { value: empty, sequence: 0 };
        const changed = next(value);
        if (changed === value) {
          if (version !== undefined) return value;
          version = await look(subject);
          continue;
        }
        try {
          const expect = { lastSubjectSequence: sequence };
          const { seq } = await js.publish(subject, JSON.stringify(changed), { expect });
          keep(subject, { value: changed, sequence: seq });
          return value;
        } catch (error) {
          if (!isConflict(error) || attempt === ATTEMPTS) {
            versions.delete(subject);
            throw error;
          }
          version = await look(subject);
        }
      }
    },
    list: async (filter) => {
      const consumer = await js.consumers.get(stream, {
        filter_subjects: filter,
        deliver_policy: DeliverPolicy.LastPerSubject,
      });
      const found: Array<Value> = [];
      if ((await consumer.info()).num_pending > 0) {
        for await (const message of await consumer.consume()) {
          found.push(parse(message.json()));
          if (message.info.pending === 0) break;
        }
      }
      await consumer.delete().catch(() => false);
      return found;
    },
  };
};
