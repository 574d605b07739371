/**
 * States of aggregates that have a long history, put by so that nobody has to fold all of it again. A snapshot is a shortcut and
 * nothing else: whoever reads one goes on folding from there, and every one of them may be deleted at any time.
 *
 * It counts only where all of this holds; else it is as if it were not there:
 * - it was written for this `version` of the state's shape;
 * - all of its parts are there and their checksum is right (a crash may have left some of an older one);
 * - the commit that it says it ends with stands at that place of the log (the log may have been restored).
 */
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { snapshotSubject, streams } from '@threadbox/schemas';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Bus } from './bus.ts';

/** A state, the place of the last commit in it, and that commit's id. */
type Snapshot<State> = { state: State; sequence: number; commit: string };

/** Whose snapshots these are, `<service>.<view>`, and the version of the state's shape: raised whenever that changes. */
export type SnapshotName = { name: `${string}.${string}`; version: number };

/** After so many commits another one is written. */
const EVERY = 1000;
/** Bytes of one part: below what NATS takes in one message. */
const PART = 512 * 1024;
const NO_MORE = 10_000;

const Head = z.object({
  version: z.int(),
  sequence: z.int().positive(),
  commit: z.string(),
  parts: z.int().positive().max(10_000),
  sum: z.string(),
});

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The snapshots of one view of one kind of aggregate. */
export type Snapshots<State> = {
  /** The last one; undefined where there is none that counts. */
  read: (subject: string) => Promise<Snapshot<State> | undefined>;
  /** Hears that so many commits were folded; writes a snapshot in the background when it is time. */
  folded: (subject: string, commits: number, snapshot: Snapshot<State>) => void;
};

/** Binds them to their stream. What goes wrong with a snapshot is nobody's trouble: it costs time, never correctness. */
export const createSnapshots = <State>(
  { js, jsm }: Pick<Bus, 'js' | 'jsm'>,
  { name, version }: SnapshotName,
): Snapshots<State> => {
  const since = new LRUCache<string, number>({ max: NO_MORE });
  const writing = new Set<string>();
  const part = (subject: string, n: number): string => snapshotSubject(name, subject, n);
  const get = async (subject: string, n: number) =>
    jsm.direct.getMessage(streams.snapshots, { last_by_subj: part(subject, n) });

  const write = async (subject: string, { state, sequence, commit }: Snapshot<State>): Promise<void> => {
    const bytes = serialize(state);
    const parts = Math.max(1, Math.ceil(bytes.length / PART));
    for (let n = 1; n <= parts; n += 1) await js.publish(part(subject, n), bytes.subarray((n - 1) * PART, n * PART));
    // The head last: until it is there, the old one's checksum no longer fits, or still does.
    await js.publish(part(subject, 0), JSON.stringify({ version, sequence, commit, parts, sum: sumOf(bytes) }));
  };

  const readBytes = async (subject: string, parts: number): Promise<Buffer> => {
    const pieces: Uint8Array[] = [];
    for (let n = 1; n <= parts; n += 1) pieces.push((await get(subject, n))?.data ?? new Uint8Array());
    return Buffer.concat(pieces);
  };

  const isOfThisLog = async (subject: string, sequence: number, commit: string): Promise<boolean> => {
    const stored = await jsm.direct.getMessage(streams.events, { seq: sequence });
    return stored?.subject === subject && stored.json<{ id?: unknown }>().id === commit;
  };

  return {
    read: async (subject) => {
      try {
        const stored = await get(subject, 0);
        const head = stored && Head.parse(stored.json());
        if (!head || head.version !== version) return undefined;
        const bytes = await readBytes(subject, head.parts);
        if (sumOf(bytes) !== head.sum || !(await isOfThisLog(subject, head.sequence, head.commit))) return undefined;
        return { state: deserialize(bytes) as State, sequence: head.sequence, commit: head.commit };
      } catch {
        return undefined;
      }
    },
    folded: (subject, commits, snapshot) => {
      const count = (since.get(subject) ?? 0) + commits;
      since.set(subject, count);
      if (count < EVERY || writing.has(subject)) return;
      since.set(subject, 0);
      writing.add(subject);
      write(subject, snapshot)
        .catch(() => undefined)
        .finally(() => writing.delete(subject));
    },
  };
};
