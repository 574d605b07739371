import { counter, histogram, observed } from '@threadbox/metrics';
import { RateLimited, Refused, Uncertain } from '@threadbox/platforms';

const outcomeOf = (error: unknown): string => {
  if (error instanceof RateLimited) return 'rate_limited';
  if (error instanceof Refused) return 'refused';
  return error instanceof Uncertain ? 'uncertain' : 'failed';
};

/** Counts calls to platforms and how long they take. `penalties` tells how many chats are to be left in peace. */
export const createCallMetrics = (penalties: {
  resting: () => number;
}): (<Value>(platform: string, call: string, work: () => Promise<Value>) => Promise<Value>) => {
  const calls = counter('threadbox_platform_calls_total');
  const took = histogram('threadbox_platform_call_seconds');
  observed(['threadbox_platform_resting_chats'], (observe) => {
    observe('threadbox_platform_resting_chats', penalties.resting(), {});
  });
  return async (platform, call, work) => {
    const began = performance.now();
    let outcome = 'done';
    try {
      return await work();
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      calls({ platform, call, outcome });
      took((performance.now() - began) / 1000, { platform, call });
    }
  };
};
