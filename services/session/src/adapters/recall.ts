import type { MessageAdmitted } from '@threadbox/schemas';
import { LRUCache } from 'lru-cache';

/** How many messages are kept, and how long one may be, in characters: a turn mostly begins right after its message came. */
const KEPT = 200;
const LONGEST = 10_000;

/** The messages that were just read, so that a turn which begins at once need not read its words again. */
export const createRecall = (read: (sequence: number) => Promise<MessageAdmitted | undefined>) => {
  const recent = new LRUCache<number, MessageAdmitted>({ max: KEPT });
  return {
    /** Keeps a message of CHAT for a while. */
    remember: (sequence: number, message: MessageAdmitted): void => {
      if (message.data.text.length > LONGEST) return;
      recent.set(sequence, message);
    },
    /** The words of a turn, once; undefined where they were purged. */
    recallMessage: async (sequence: number): Promise<MessageAdmitted | undefined> => {
      const known = recent.get(sequence);
      recent.delete(sequence);
      return known ?? read(sequence);
    },
  };
};
