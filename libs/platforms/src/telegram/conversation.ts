/** A chat, and the forum topic in it, as the Bot API names them. */
export type Address = { chat: number; topic: number | undefined };

/** `telegram:<chat>` for a private chat or a group, `telegram:<chat>:<topic>` for a forum topic. */
export const conversationId = ({ chat, topic }: Address): string =>
  topic === undefined ? `telegram:${chat}` : `telegram:${chat}:${topic}`;

/** The inverse of `conversationId`. Throws a TypeError on the id of no Telegram conversation. */
export const addressOf = (conversation: string): Address => {
  const match = /^telegram:(-?\d+)(?::(\d+))?$/.exec(conversation);
  if (!match) throw new TypeError(`not a Telegram conversation: ${conversation}`);
  return { chat: Number(match[1]), topic: match[2] === undefined ? undefined : Number(match[2]) };
};

/** Telegram lets a bot write about once a second to a person and 20 times a minute to a group (Bots FAQ). */
export const paceOf = (conversation: string): number => (addressOf(conversation).chat > 0 ? 1000 : 3000);
