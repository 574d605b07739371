import type { Cause } from '@threadbox/messaging';
import { LRUCache } from 'lru-cache';

/** How many sessions' timers are remembered; one that was forgotten is set again, which does no harm. */
const KEPT = 20_000;

/**
 * Looks again once nothing was said in a session for `idleAfter` milliseconds, or up to a tenth more: a timer is a message, and one that was
 * set a moment ago need not be moved after each turn.
 */
export const createIdleWatch = (
  idleAfter: number,
  setTimer: (id: string, at: Date, cause: Cause) => Promise<void>,
): ((id: string, cause: Cause) => Promise<void>) => {
  const due = new LRUCache<string, number>({ max: KEPT });
  return async (id, cause) => {
    const now = Date.now();
    if ((due.get(id) ?? 0) >= now + idleAfter) return;
    const at = Math.ceil(now + idleAfter * 1.1);
    await setTimer(id, new Date(at), cause);
    due.set(id, at);
  };
};
