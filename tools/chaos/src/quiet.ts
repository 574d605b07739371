import { durables, streams } from '@threadbox/schemas';
import type { Bus } from '@threadbox/messaging';
import { until } from './until.ts';

const READ = [streams.chat, streams.events, streams.sandbox, streams.timers] as const;

const lastSequences = async ({ jsm }: Bus): Promise<string> =>
  (await Promise.all(READ.map(async (stream) => (await jsm.streams.info(stream)).state.last_seq))).join();

/** What nobody reads any more (a projection’s reader that was killed, say) is not waited for. */
const known = new Set(durables.map(({ durable }) => durable));
const isRead = (name: string): boolean => known.has(name) || name.startsWith('runner-');

/**
 * The readers that have something to do. What a sandbox had in hand when it was put to sleep waits there until it wakes: that its turn is over, the log
 * says.
 */
const busy = async ({ jsm }: Bus): Promise<string[]> => {
  const found: string[] = [];
  for (const stream of READ) {
    for await (const { name, num_pending: waiting, num_ack_pending: inHand } of jsm.consumers.list(stream))
      if (isRead(name) && waiting + (known.has(name) ? inHand : 0) > 0)
        found.push(`${name} (${waiting} waiting, ${inHand} in hand)`);
  }
  return found;
};

/**
 * Waits until nothing is under way any more: every reader has read all, has nothing in hand, and nothing new came meanwhile. Tells
 * who was still busy after `timeout` milliseconds; nobody, if all is quiet.
 */
export const quiet = async (admin: Bus, timeout: number): Promise<readonly string[]> => {
  let last: string[] = ['NATS does not answer'];
  const isQuiet = await until(
    async () => {
      try {
        const before = await lastSequences(admin);
        last = await busy(admin);
        return last.length === 0 && before === (await lastSequences(admin)) ? true : undefined;
      } catch {
        // NATS was ended a moment ago.
        return undefined;
      }
    },
    { timeout, every: 50 },
  );
  return isQuiet ? [] : last;
};
