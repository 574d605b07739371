import type { Budget } from '@threadbox/platforms';

const MINUTE = 60_000;
/** What live edits leave of a chat's budget to what matters. */
const RESERVE = 4;
const KEPT = 10_000;

/**
 * How often each chat was written to within the last minute, by whatever. What matters waits until it fits in; live edits
 * leave some room, and are simply left out where there is none.
 */
export const createBudgets = (now: () => number = Date.now) => {
  const chats = new Map<string, number[]>();
  const recent = (chat: string): number[] => (chats.get(chat) ?? []).filter((at) => now() - at < MINUTE);
  return {
    /** Milliseconds until a write fits into the budget; 0: now. */
    wait: ({ chat, perMinute }: Budget): number => {
      const writes = recent(chat);
      const first = writes[writes.length - perMinute];
      return first === undefined ? 0 : first + MINUTE - now();
    },
    /** Whether a live edit may be shown. */
    hasRoom: ({ chat, perMinute }: Budget): boolean =>
      recent(chat).length < perMinute - Math.min(RESERVE, perMinute / 4),
    /** A write was made. */
    spend: ({ chat, perMinute }: Budget): void => {
      if (perMinute === Infinity) return;
      const writes = [...recent(chat), now()];
      chats.delete(chat);
      chats.set(chat, writes);
      if (chats.size > KEPT) chats.delete(chats.keys().next().value ?? '');
    },
  };
};
