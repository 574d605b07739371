import { LRUCache } from 'lru-cache';
import { pause } from '../back-off.ts';
import { Misconfigured, Refused } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import type { Accept, Incoming } from '../port.ts';

/** How many event ids are remembered: Slack tells of a mention twice, at about the same time. */
const REMEMBERED = 5000;

type Options = {
  accept: Accept;
  log: PlatformLog;
  signal: AbortSignal;
  backOff: (attempt: number) => number;
};

/** Reads an event and hands it over. Rejected: it is not in the log, and Slack must not be told that it is. */
export type TakeIn = (read: () => Promise<Incoming | undefined>, attempts: number) => Promise<void>;

/**
 * Takes each event in once: what is told of twice (a mention, a delivery repeated) does nothing where the first
 * succeeded. Those of one channel have to come one after the other.
 */
export const createTakeIn = ({ accept, log, signal, backOff }: Options): TakeIn => {
  const taken = new LRUCache<string, true>({ max: REMEMBERED });
  /** What Slack will not tell us more about (a message that is gone, a scope that is missing) is left out. */
  const readOrLeave = async (read: () => Promise<Incoming | undefined>): Promise<Incoming | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Misconfigured)) throw error;
      log.error({ err: error }, 'a Slack event could not be read and is left out');
      return undefined;
    }
  };
  const attemptOnce = async (read: () => Promise<Incoming | undefined>): Promise<void> => {
    const incoming = await readOrLeave(read);
    if (incoming === undefined || taken.has(incoming.eventId)) return;
    await accept(incoming);
    taken.set(incoming.eventId, true);
  };
  return async (read, attempts) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await attemptOnce(read);
      } catch (error) {
        if (attempt >= attempts || signal.aborted) throw error;
        log.warn({ attempt, err: error }, 'a Slack event was not taken in; trying again');
        await pause(backOff(attempt), signal);
        if (signal.aborted) throw error;
      }
    }
  };
};
