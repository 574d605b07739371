import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until there is something to see; undefined where there is nothing within `timeout` milliseconds. */
export const until = async <Value>(
  look: () => Promise<Value | undefined> | Value | undefined,
  { timeout, every = 20 }: { timeout: number; every?: number },
): Promise<Value | undefined> => {
  for (const deadline = Date.now() + timeout; ;) {
    const seen = await look();
    if (seen !== undefined || Date.now() > deadline) return seen;
    await sleep(every);
  }
};
