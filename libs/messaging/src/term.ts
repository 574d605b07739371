import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseRecord } from './lease-record.ts';

/** The lease is another's, or was given back: whatever was about to happen is not ours to do. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** One time of holding a lease, from the taking to the loss. */
export type Term = {
  /** Grows from holder to holder. */
  readonly number: number;
  /** Aborted once another holds the lease, or the work is to end. */
  readonly signal: AbortSignal;
  /**
   * To be asked before every effect that two must not have at once. Resolves while nobody else can hold the lease, waits while
   * that is in doubt (NATS does not answer, or this process stood still), and rejects with `LeaseLost` once another holds it.
   */
  readonly sure: () => Promise<void>;
};

/** What the holder itself needs of its term. */
export type OwnTerm = Term & {
  /** Resolves once another holds the lease. */
  lost: Promise<void>;
  isSure: () => boolean;
  /** Aborts the signal; the term goes on. */
  abort: () => void;
  /** Ends the renewing; tells the last sequence where the lease is still ours. */
  close: () => Promise<number | undefined>;
};

/** How times compare, in milliseconds; the wait is longer than the doubt by what clocks and calls under way may need. */
export const times = {
  /** Between two renewals. */
  beat: 1000,
  /** A holder is sure of its lease for so long after it asked for the last renewal that was granted. */
  sure: 2500,
  /** A holder that was silent for so long, while we could hear it, has none any more. */
  silence: 3500,
} as const;
/** Between two tries to renew while in doubt, in milliseconds. */
const HURRY = 200;
/** Refusals in a row that nobody explains: the stream was made anew, say. Then the lease counts as lost. */
const REFUSALS = 20;

/** A moment by two clocks: one that nobody sets, and one that goes on while the machine sleeps. */
const now = (): { steady: number; wall: number } => ({ steady: performance.now(), wall: Date.now() });
/** Milliseconds since; a holder believes the clock that says more. */
const since = ({ steady, wall }: ReturnType<typeof now>): number =>
  Math.max(performance.now() - steady, Date.now() - wall);

/**
 * Takes a lease where nothing was written to it since `expected`, and renews it until it is lost or closed; undefined where
 * somebody else was first. A renewal that is granted proves that nobody held it in between, however late it comes.
 */
export const beginTerm = async (
  record: LeaseRecord,
  expected: number,
  me: { holder: string; token: string },
): Promise<OwnTerm | undefined> => {
  let confirmed = now();
  const number = await record.write(expected, me);
  if (number === undefined) return undefined;
  let sequence = number;
  const aborter = new AbortController();
  const closing = new AbortController();
  const lost = Promise.withResolvers<void>();
  let isOurs = true;
  let refusals = 0;
  let doubt = Promise.withResolvers<void>();
  doubt.promise.catch(() => undefined);

  const isSure = (): boolean => isOurs && since(confirmed) < times.sure;
  const end = (): void => {
    isOurs = false;
    closing.abort();
    doubt.reject(new LeaseLost('the lease is lost'));
    aborter.abort(new LeaseLost('the lease is lost'));
    lost.resolve();
  };

  /** Whether a renewal was granted. */
  const renew = async (): Promise<boolean> => {
    const asked = now();
    const next = await record.write(sequence, me);
    if (next !== undefined) {
      sequence = next;
      confirmed = asked;
      refusals = 0;
      doubt.resolve();
      doubt = Promise.withResolvers<void>();
      doubt.promise.catch(() => undefined);
      return true;
    }
    const standing = await record.look();
    // Ours: a renewal whose answer was lost. A copy of the stream may be behind, so never backwards.
    if (standing.token === me.token) sequence = Math.max(sequence, standing.sequence);
    refusals += 1;
    if ((standing.token !== me.token && standing.sequence > sequence) || refusals > REFUSALS) end();
    return false;
  };

  const renewing = (async () => {
    for (let isGranted = true; !closing.signal.aborted;) {
      const pause = isGranted ? times.beat : HURRY;
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      if (!closing.signal.aborted) isGranted = await renew().catch(() => false);
    }
  })();

  return {
    number,
    signal: aborter.signal,
    lost: lost.promise,
    isSure,
    sure: () => {
      if (isSure()) return Promise.resolve();
      return isOurs ? doubt.promise : Promise.reject(new LeaseLost('the lease is lost'));
    },
    abort: () => aborter.abort(new LeaseLost('the work is to end')),
    close: async () => {
      closing.abort();
      await renewing;
      const last = isOurs ? sequence : undefined;
      end();
      return last;
    },
  };
};
