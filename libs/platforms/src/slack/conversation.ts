import type { Budget } from '../port.ts';

/** Where Slack has it: the team, the channel, and the message that the thread hangs on. */
export type Address = { team: string; channel: string; thread: string | undefined };

/** `<prefix>:<team>:<channel>` for a channel or a direct message, with `:<ts>` for a thread in it. */
export const conversationId = (prefix: string, { team, channel, thread }: Address): string =>
  [prefix, team, channel, ...(thread === undefined ? [] : [thread])].join(':');

/** The inverse of `conversationId`. Throws a TypeError on the id of no Slack conversation. */
export const addressOf = (conversation: string): Address => {
  const match = /^slack(?:-[a-z0-9]+)?:([A-Z0-9]+):([A-Z0-9]+)(?::(\d+\.\d+))?$/.exec(conversation);
  if (!match) throw new TypeError(`not a Slack conversation: ${conversation}`);
  return { team: match[1]!, channel: match[2]!, thread: match[3] };
};

/** Whether the channel is a direct message with one person. */
export const isDirect = (channel: string): boolean => channel.startsWith('D');

/** The threads of direct messages are the assistant's: only there a status can be shown. */
export const isAssistantThread = ({ channel, thread }: Address): boolean => isDirect(channel) && thread !== undefined;

/**
 * Slack takes about one message a second in a channel, its threads together, and some 50 edits a minute in a team
 * (tier 3); streams take twice as many (tier 4). What is over, its answers say.
 */
export const budgetOf = (conversation: string): Budget => {
  const { team, channel } = addressOf(conversation);
  const prefix = conversation.slice(0, conversation.indexOf(':'));
  return { chat: `${prefix}:${team}:${channel}`, perMinute: 50, pace: 1500 };
};
