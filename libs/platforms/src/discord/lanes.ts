import { backOff as defaultBackOff, pause } from '../back-off.ts';
import { Refused } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import { createLanes } from '../webhook/lanes.ts';

/** Work that is tried until it is done. */
export type Intake = {
  /**
   * Does work in its lane, in order, again and again with back-off until it succeeds. It is given up where all of it was
   * stopped, where it took longer than `patience` (milliseconds), or the platform refuses something that it needs.
   * `after` is told which.
   */
  take: (lane: string, work: () => Promise<void>, options?: TakeOptions) => Promise<void>;
  /** When the oldest came that is not done yet, in milliseconds since 1970; Infinity where everything is. */
  oldest: () => number;
  /** Resolves once everything has come to an end. */
  settled: () => Promise<void>;
};
type TakeOptions = { patience?: number; after?: (isDone: boolean) => Promise<void> };

/** An intake that ends with the signal; what was not done by then stays undone, and so does all behind it. */
export const createIntake = (
  log: PlatformLog,
  signal: AbortSignal,
  backOff: typeof defaultBackOff = defaultBackOff,
): Intake => {
  const inLane = createLanes();
  /** In the order in which they came. */
  const running = new Map<Promise<unknown>, number>();

  const attempt = async (work: () => Promise<void>, until: number): Promise<boolean> => {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        await work();
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        log.warn({ err: error, attempt: tries }, 'an event of Discord was not taken in');
        if (error instanceof Refused || Date.now() >= until) return false;
        await pause(backOff(tries), signal);
      }
    }
    return false;
  };

  return {
    take: async (lane, work, { patience = Infinity, after } = {}) => {
      const came = Date.now();
      const until = came + patience;
      let isDone = false;
      const inTurn = inLane(lane, async () => {
        isDone = await attempt(work, until);
      });
      const mine = inTurn.then(() => after?.(isDone));
      running.set(mine, came);
      await mine.finally(() => running.delete(mine));
    },
    oldest: () => running.values().next().value ?? Infinity,
    settled: async () => {
      await Promise.allSettled(running.keys());
    },
  };
};
