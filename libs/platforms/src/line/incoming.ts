import { BUTTON_VALUE_BYTES, commandLine } from '@threadbox/schemas';
import type { Incoming, IncomingFile } from '../port.ts';
import { type Address, conversationId } from './conversation.ts';
import type { LineEvent, LineMessage, LineSource } from './events.ts';
import { fileOf } from './incoming-file.ts';
import { type ReplyToken, replyTokenOf } from './reply-token.ts';

/** Who the bot is, as LINE's bot info says, and what its conversations begin with. */
export type Bot = { prefix: string; id: string };

/** Opens what a message holds, by the message's id. */
export type OpenFile = (messageId: string) => IncomingFile['open'];

type Said<Kind> = Kind extends Incoming ? Omit<Kind, 'eventId' | 'place'> : never;

/** What an event says, before anything was asked about its author. */
export type Heard = {
  eventId: string;
  /** LINE's names of the deliveries in it: of one, or of several that were taken together. */
  deliveries: readonly string[];
  conversation: string;
  at: Address;
  user: string;
  reply: ReplyToken | undefined;
  said: Said<Extract<Incoming, { kind: 'message' | 'command' | 'button' }>>;
};

const addressOf = (source: LineSource): Address => {
  switch (source.type) {
    case 'user':
      return { kind: 'user', id: source.userId };
    case 'group':
      return { kind: 'group', id: source.groupId };
    case 'room':
      return { kind: 'room', id: source.roomId };
  }
};

/** In a group people begin with `@bot`: that is how it is addressed, not what is said. */
const withoutMention = (message: Extract<LineMessage, { type: 'text' }>): { text: string; addressed: boolean } => {
  const own = (message.mention?.mentionees ?? []).filter(({ isSelf }) => isSelf === true);
  const text = own
    .toSorted((a, b) => b.index - a.index)
    .reduce((rest, { index, length }) => rest.slice(0, index) + rest.slice(index + length), message.text);
  return { text: (own.length > 0 ? text.trim() : text).toWellFormed(), addressed: own.length > 0 };
};

const words = (label: string, more: readonly (string | undefined)[]): string => {
  const known = more.filter((word) => word !== undefined && word !== '').join(', ');
  return `[${known === '' ? label : `${label}: ${known}`}]`.toWellFormed();
};

const ofMessage = (message: LineMessage, open: OpenFile): Heard['said'] | undefined => {
  const said = (text: string, files: readonly IncomingFile[] = []): Heard['said'] => ({ kind: 'message', text, files });
  switch (message.type) {
    case 'text': {
      const { text, addressed } = withoutMention(message);
      const line = commandLine(text);
      if (line !== undefined) return { kind: 'command', line };
      if (text.trim() === '') return undefined;
      return addressed ? { kind: 'message', text, files: [], addressed } : said(text);
    }
    case 'sticker':
      return said(words('sticker', message.text === undefined ? (message.keywords ?? []) : [message.text]));
    case 'location':
      return said(words('location', [message.title, message.address, `${message.latitude}, ${message.longitude}`]));
    case 'image':
    case 'video':
    case 'audio':
      // It stands on somebody else's server: nothing that LINE vouches for, so nothing to fetch from in here.
      if (message.contentProvider.type === 'external') return said(words(message.type, ['kept outside of LINE']));
      return said('', [fileOf(message, open)]);
    case 'file':
      return said('', [fileOf(message, open)]);
  }
};

/**
 * What an event says, in the words of the port; undefined where it says nothing to Threadbox (somebody left, a message
 * was taken back) or where LINE does not tell who it was.
 */
export const hear = (event: LineEvent, bot: Bot, open: OpenFile, now: number): Heard | undefined => {
  const { source, message, postback, webhookEventId, replyToken } = event;
  if (source?.userId === undefined || event.mode !== 'active') return undefined;
  const at = addressOf(source);
  const heard = (name: string, said: Heard['said']): Heard => ({
    eventId: `line:${bot.id}:${name}`,
    deliveries: [webhookEventId],
    conversation: conversationId(bot.prefix, at),
    at,
    user: source.userId!,
    reply: replyToken === undefined ? undefined : replyTokenOf(replyToken, event.timestamp, now),
    said,
  });
  if (event.type === 'message' && message) {
    const said = ofMessage(message, open);
    return said && heard(said.kind === 'message' ? message.id : webhookEventId, said);
  }
  if (event.type === 'postback' && postback) {
    const isOurs = postback.data !== '' && Buffer.byteLength(postback.data) <= BUTTON_VALUE_BYTES;
    return isOurs ? heard(webhookEventId, { kind: 'button', value: postback.data }) : undefined;
  }
  // Somebody made friends with the bot: the first word is how to go on.
  return event.type === 'follow' ? heard(webhookEventId, { kind: 'command', line: 'help' }) : undefined;
};
