import type { Budget } from '../port.ts';

/**
 * A channel of a server, a thread below one, or (without a guild) a direct message's channel. A thread that grows from
 * a message has that message's id, so it can be named before it is there.
 */
export type Address = { guild: string | undefined; channel: string; thread: string | undefined };

/** `<prefix>:<guild>:<channel>`, `<prefix>:<guild>:<channel>:<thread>`, or `<prefix>:dm:<channel>`. */
export const conversationId = (prefix: string, { guild, channel, thread }: Address): string =>
  [prefix, guild ?? 'dm', channel, ...(thread === undefined ? [] : [thread])].join(':');

/** The inverse of `conversationId`. Throws a TypeError on the id of no Discord conversation. */
export const addressOf = (conversation: string): Address => {
  const match = /^discord(?:-[a-z0-9]+)?:(dm|\d+):(\d+)(?::(\d+))?$/.exec(conversation);
  if (!match || (match[1] === 'dm' && match[3] !== undefined))
    throw new TypeError(`not a Discord conversation: ${conversation}`);
  return { guild: match[1] === 'dm' ? undefined : match[1], channel: match[2]!, thread: match[3] };
};

/** Discord limits each channel and thread by itself (about five writes in five seconds) and says so in every answer. */
export const budgetOf = (conversation: string): Budget => ({ chat: conversation, perMinute: Infinity, pace: 1250 });
