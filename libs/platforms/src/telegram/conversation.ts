import type { Budget } from '../port.ts';

/** A chat, and the forum topic in it, as the Bot API names them. */
export type Address = { chat: number; topic: number | undefined };

/** `<prefix>:<chat>` for a private chat or a group, `<prefix>:<chat>:<topic>` for a forum topic. */
export const conversationId = (prefix: string, { chat, topic }: Address): string =>
  topic === undefined ? `${prefix}:${chat}` : `${prefix}:${chat}:${topic}`;

/** The inverse of `conversationId`. Throws a TypeError on the id of no Telegram conversation. */
export const addressOf = (conversation: string): Address => {
  const match = /^telegram(?:-[a-z0-9]+)?:(-?\d+)(?::(\d+))?$/.exec(conversation);
  if (!match) throw new TypeError(`not a Telegram conversation: ${conversation}`);
  return { chat: Number(match[1]), topic: match[2] === undefined ? undefined : Number(match[2]) };
};

/** Telegram lets a bot write about once a second to a person and 20 times a minute to a group (Bots FAQ), topics together. */
export const budgetOf = (conversation: string): Budget => {
  const { chat } = addressOf(conversation);
  const shared = `${conversation.slice(0, conversation.indexOf(':'))}:${chat}`;
  return chat > 0 ? { chat: shared, perMinute: 60, pace: 1000 } : { chat: shared, perMinute: 20, pace: 3000 };
};
