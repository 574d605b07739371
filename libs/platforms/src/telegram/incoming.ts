import type { Place } from '@threadbox/schemas';
import { BUTTON_VALUE_BYTES } from '@threadbox/schemas';
import type { Incoming, IncomingFile, Quote } from '../port.ts';
import { conversationId } from './conversation.ts';
import { commandOf } from './menu.ts';
import { toMarkdown } from './to-markdown.ts';
import type { TelegramMessage, TelegramUpdate } from './update.ts';

/** Who the bot is, as `getMe` says, and what its conversations begin with. */
export type Bot = { prefix: string; id: number; username: string };

/** Opens a file of Telegram's by its id. */
export type OpenFile = (fileId: string) => IncomingFile['open'];

type From = NonNullable<TelegramMessage['from']>;

const nameOf = (from: From): string =>
  [from.first_name, from.last_name].filter(Boolean).join(' ').slice(0, 200).toWellFormed();

const placeOf = (
  bot: Bot,
  at: Pick<TelegramMessage, 'chat' | 'is_topic_message' | 'message_thread_id'>,
  from: From,
): Place => ({
  platform: 'telegram',
  workspace: `telegram:${bot.id}`,
  conversation: conversationId(bot.prefix, {
    chat: at.chat.id,
    topic: at.is_topic_message === true ? at.message_thread_id : undefined,
  }),
  direct: at.chat.type === 'private',
  author: {
    id: `telegram:${from.id}`,
    name: nameOf(from),
  },
});

const safeName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .slice(-200)
    .toWellFormed();

type Sent = { file_id: string; file_unique_id: string; file_size?: number | undefined };
type Named = Sent & { file_name?: string | undefined; mime_type?: string | undefined };

const filesOf = (message: TelegramMessage, open: OpenFile): IncomingFile[] => {
  const { photo, document, audio, video, voice, video_note: note } = message;
  const asFile = (sent: Named | undefined, kind: string, ending: string, mediaType: string): IncomingFile[] =>
    sent === undefined
      ? []
      : [
          {
            name: safeName(sent.file_name ?? '') || `${kind}-${safeName(sent.file_unique_id)}${ending}`,
            mediaType: (sent.mime_type ?? mediaType).slice(0, 200),
            size: sent.file_size,
            open: open(sent.file_id),
          },
        ];
  return [
    ...asFile(photo?.toSorted((a, b) => b.width * b.height - a.width * a.height)[0], 'photo', '.jpg', 'image/jpeg'),
    ...asFile(document, 'document', '', 'application/octet-stream'),
    ...asFile(audio, 'audio', '.mp3', 'audio/mpeg'),
    ...asFile(video, 'video', '.mp4', 'video/mp4'),
    ...asFile(voice, 'voice', '.ogg', 'audio/ogg'),
    ...asFile(note, 'video', '.mp4', 'video/mp4'),
  ];
};

const isAddressed = (text: string, botName: string): boolean => new RegExp(`@${botName}(?!\\w)`, 'i').test(text);

/** In a group people begin with `@bot`: that is how it is addressed, not what is said. */
const withoutMention = (text: string, botName: string): string =>
  text.trimStart().toLowerCase().startsWith(`@${botName.toLowerCase()} `)
    ? text
        .trimStart()
        .slice(botName.length + 2)
        .trimStart()
    : text;

/** What it answers to. In a forum every message answers to the one that opened its topic, which says nothing. */
const quoteOf = ({ reply_to_message: to, quote, message_thread_id: topic }: TelegramMessage): Quote | undefined => {
  if (to === undefined || to.message_id === topic) return undefined;
  const text = (quote?.text ?? to.text ?? to.caption ?? '').toWellFormed();
  return text.trim() === '' ? undefined : { author: to.from && nameOf(to.from), text };
};

/** A message's own name: an edit of it comes with the same one. */
const messageEvent = (bot: Bot, { chat, message_id: id }: TelegramMessage): string =>
  `telegram:${bot.id}:${chat.id}:${id}`;

const isHeard = ({ from, chat }: TelegramMessage): boolean =>
  from !== undefined && !from.is_bot && chat.type !== 'channel';

const textOf = (message: TelegramMessage): string =>
  (message.text === undefined
    ? toMarkdown(message.caption ?? '', message.caption_entities)
    : toMarkdown(message.text, message.entities)
  ).toWellFormed();

/** Albums are several messages: the words are with the first that has any, the files with all. */
const ofMessages = (
  messages: readonly [TelegramMessage, ...TelegramMessage[]],
  bot: Bot,
  open: OpenFile,
): Incoming | undefined => {
  const [message] = messages;
  if (message.from === undefined || !isHeard(message)) return undefined;
  const place = placeOf(bot, message, message.from);
  const plain = message.text ?? message.caption ?? '';
  const slash = commandOf(plain.toWellFormed(), bot.username, place.direct);
  if (slash.kind === 'other-bot') return undefined;
  const eventId = messages.map((each, i) => (i === 0 ? messageEvent(bot, each) : each.message_id)).join('+');
  if (slash.kind === 'ours') {
    // The chat itself stays free: a session that is started there gets a topic of its own.
    const opens = message.chat.is_forum === true && message.is_topic_message !== true;
    return { eventId, place: opens ? { ...place, threads: true } : place, kind: 'command', line: slash.line };
  }
  const said = messages.map(textOf).find((text) => text.trim() !== '') ?? '';
  const text = withoutMention(said, bot.username);
  const files = messages.flatMap((each) => filesOf(each, open));
  if (text.trim() === '' && files.length === 0) return undefined;
  const quote = quoteOf(message);
  return {
    eventId,
    place,
    kind: 'message',
    text,
    files,
    ...(!place.direct && isAddressed(plain, bot.username) && { addressed: true }),
    ...(quote && { quote }),
  };
};

const ofEdit = (message: TelegramMessage, eventId: string, bot: Bot): Incoming | undefined => {
  const text = withoutMention(textOf(message), bot.username);
  if (message.from === undefined || !isHeard(message) || text.trim() === '') return undefined;
  return { eventId, place: placeOf(bot, message, message.from), kind: 'edit', of: messageEvent(bot, message), text };
};

/** Only what was added says something. Telegram tells no topic with it: in a forum it belongs to no conversation. */
const ofReaction = (
  { chat, user, old_reaction: before, new_reaction: now }: NonNullable<TelegramUpdate['message_reaction']>,
  eventId: string,
  bot: Bot,
): Incoming | undefined => {
  const added = now.find(({ emoji }) => emoji !== undefined && !before.some((old) => old.emoji === emoji));
  if (user === undefined || user.is_bot || added?.emoji === undefined || chat.is_forum === true) return undefined;
  return { eventId, place: placeOf(bot, { chat }, user), kind: 'reaction', emoji: added.emoji };
};

/**
 * What updates say, in the words of the port; undefined where they say nothing to Threadbox (somebody joined, another bot
 * spoke or was addressed). More than one are the parts of an album. The event's id holds the bot's, for each bot counts
 * its updates itself.
 */
export const toIncoming = (
  updates: readonly [TelegramUpdate, ...TelegramUpdate[]],
  bot: Bot,
  open: OpenFile,
): Incoming | undefined => {
  const [update] = updates;
  const eventId = `telegram:${bot.id}:update:${update.update_id}`;
  const [first, ...more] = updates.flatMap(({ message }) => message ?? []);
  if (first) return ofMessages([first, ...more], bot, open);
  if (update.edited_message) return ofEdit(update.edited_message, eventId, bot);
  if (update.message_reaction) return ofReaction(update.message_reaction, eventId, bot);
  const { message, from, data } = update.callback_query ?? {};
  if (!message || !from || !data || Buffer.byteLength(data) > BUTTON_VALUE_BYTES) return undefined;
  return { eventId, place: placeOf(bot, message, from), kind: 'button', value: data };
};
