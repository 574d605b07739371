import { MessageType } from 'discord.js';
import type { Incoming, IncomingFile, Quote } from '../port.ts';
import type { DiscordAttachment, DiscordMessage, DiscordReaction, DiscordUser } from './event.ts';
import { type Bot, type Channel, growsThreads, placeOf } from './places.ts';
import { type Names, readable } from './readable.ts';

/** Opens a file by its address on Discord's CDN. */
export type OpenFile = (url: string) => IncomingFile['open'];

/** What is needed to read an event: the bot, its own role in the server, names, files. */
export type Reading = { bot: Bot; botRole: string | undefined; names: Names; open: OpenFile };

/** The longest quote; the reader only has to know what is meant. */
const QUOTE = 2000;

const spoken: readonly number[] = [MessageType.Default, MessageType.Reply];

const safeName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .slice(-200)
    .toWellFormed();

const fileOf = ({ id, filename, content_type, size, url }: DiscordAttachment, open: OpenFile): IncomingFile => ({
  name: safeName(filename) || `file-${id}`,
  mediaType: (content_type?.split(';')[0] ?? 'application/octet-stream').slice(0, 200),
  size,
  open: open(url),
});

const addressees = ({ bot, botRole }: Reading): string[] => (botRole === undefined ? [bot.id] : [bot.id, botRole]);

/** A message's name; an edit of it points there. The bot's id is in it, for each bot hears the same message itself. */
const messageEventId = (bot: Bot, message: string): string => `discord:${bot.id}:${message}`;

const quoteOf = ({ referenced_message: to }: DiscordMessage, reading: Reading): Quote | undefined => {
  if (!to) return undefined;
  const text = readable(to, [], reading.names).slice(0, QUOTE).toWellFormed();
  const author = (to.author.global_name || to.author.username).slice(0, 200).toWellFormed();
  return text.trim() === '' ? undefined : { author, text };
};

const isAddressed = ({ mentions, mention_roles: roles = [] }: DiscordMessage, reading: Reading): boolean =>
  [...mentions.map(({ id }) => id), ...roles].some((id) => addressees(reading).includes(id));

/** Whether a person said it: no bot, no webhook, no announcement of Discord's. */
const isSpoken = ({ author, webhook_id, type }: DiscordMessage): boolean =>
  author.bot !== true && webhook_id === undefined && spoken.includes(type);

/**
 * A message in the words of the port; undefined where it says nothing to Threadbox. One that addresses the bot in a
 * channel belongs to the thread that will grow from it. A forwarded message counts as said by who forwards it.
 */
export const messageIncoming = (message: DiscordMessage, channel: Channel, reading: Reading): Incoming | undefined => {
  if (!isSpoken(message)) return undefined;
  const addressed = isAddressed(message, reading);
  const copies = (message.message_snapshots ?? []).map((each) => each.message);
  const texts = [
    readable(message, addressees(reading), reading.names),
    ...copies.map((copy) => readable({ content: copy.content, mentions: copy.mentions ?? [] }, [], reading.names)),
  ];
  const text = texts.filter((each) => each.trim() !== '').join('\n\n');
  const files = [message, ...copies].flatMap(({ attachments }) =>
    attachments.map((each) => fileOf(each, reading.open)),
  );
  const quote = quoteOf(message, reading);
  if (text === '' && files.length === 0 && !(addressed && quote)) return undefined;
  const by = { user: message.author, nick: message.member?.nick };
  const grownFrom = addressed && growsThreads(channel) ? message.id : undefined;
  return {
    eventId: messageEventId(reading.bot, message.id),
    place: placeOf(reading.bot, channel, by, grownFrom),
    kind: 'message',
    text,
    files,
    ...(addressed && { addressed }),
    ...(quote && { quote }),
  };
};

/** A changed message in the words of the port. Its event's id holds when it was changed: told twice, it is the same. */
export const editIncoming = (message: DiscordMessage, channel: Channel, reading: Reading): Incoming | undefined => {
  if (!isSpoken(message) || !message.edited_timestamp) return undefined;
  const of = messageEventId(reading.bot, message.id);
  const by = { user: message.author, nick: message.member?.nick };
  const grownFrom = isAddressed(message, reading) && growsThreads(channel) ? message.id : undefined;
  return {
    eventId: `${of}:edit:${Date.parse(message.edited_timestamp)}`,
    place: placeOf(reading.bot, channel, by, grownFrom),
    kind: 'edit',
    of,
    text: readable(message, addressees(reading), reading.names),
  };
};

/** A reaction to a message of the bot's in the words of the port; undefined for any other. */
export const reactionIncoming = (
  reaction: DiscordReaction,
  channel: Channel,
  user: DiscordUser,
  { bot }: Pick<Reading, 'bot'>,
): Incoming | undefined => {
  const { emoji, message_id: message, message_author_id: author, member } = reaction;
  if (author !== bot.id || user.id === bot.id || user.bot === true || !emoji.name) return undefined;
  return {
    eventId: `${messageEventId(bot, message)}:reaction:${user.id}:${emoji.id ?? emoji.name}`,
    place: placeOf(bot, channel, { user, nick: member?.nick }),
    kind: 'reaction',
    emoji: emoji.id ? `:${emoji.name}:` : emoji.name,
  };
};
