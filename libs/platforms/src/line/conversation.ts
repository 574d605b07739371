import type { Budget } from '../port.ts';

/** Who is at the other end: a person (alone with the bot), a group, or a room (a chat of several without a name). */
export type Address = { kind: 'user' | 'group' | 'room'; id: string };

const kinds = { U: 'user', C: 'group', R: 'room' } as const;

/** `<prefix>:<id>`; LINE's ids say themselves what they are: U, C or R, and 32 hex digits. */
export const conversationId = (prefix: string, { id }: Address): string => `${prefix}:${id}`;

/** The inverse of `conversationId`. Throws a TypeError on the id of no LINE conversation. */
export const addressOf = (conversation: string): Address => {
  const match = /^line(?:-[a-z0-9]+)?:(([UCR])[0-9a-f]{32})$/.exec(conversation);
  if (!match) throw new TypeError(`not a LINE conversation: ${conversation}`);
  return { kind: kinds[match[2] as keyof typeof kinds], id: match[1]! };
};

/** LINE takes 2000 calls a second from a channel and says so where it is too much: nothing to hold back here. */
export const budgetOf = (conversation: string): Budget => ({ chat: conversation, perMinute: Infinity, pace: 1000 });
