import type { Budget } from '@threadbox/platforms';
import { LRUCache } from 'lru-cache';

const MINUTE = 60_000;
/** The part of a chat's budget that live edits may use up; the rest is for what matters. */
const FOR_LIVE = 0.5;
const KEPT = 10_000;

/**
 * How often each chat was written to within the last minute, by whatever. Live edits are left out once half of the budget
 * is used, so that there is room for what matters; that is never held back here, only by the platform's own word.
 */
export const createBudgets = (now: () => number = () => performance.now()) => {
  const chats = new LRUCache<string, number[]>({ max: KEPT });
  const recent = (chat: string): number[] => (chats.get(chat) ?? []).filter((at) => now() - at < MINUTE);
  return {
    /** Whether a live edit may be shown. */
    hasRoom: ({ chat, perMinute }: Budget): boolean => recent(chat).length < perMinute * FOR_LIVE,
    /** A write was made. */
    spend: ({ chat, perMinute }: Budget): void => {
      if (perMinute === Infinity) return;
      const writes = [...recent(chat), now()];
      chats.set(chat, writes);
    },
  };
};
