import type { Place } from '@threadbox/schemas';
import { BUTTON_VALUE_BYTES } from '@threadbox/schemas';
import type { Incoming, IncomingFile } from '../port.ts';
import { conversationId } from './conversation.ts';
import { commandOf } from './menu.ts';
import type { TelegramMessage, TelegramUpdate } from './update.ts';

/** Who the bot is, as `getMe` says, and what its conversations begin with. */
export type Bot = { prefix: string; id: number; username: string };

/** Opens a file of Telegram's by its id. */
export type OpenFile = (fileId: string) => IncomingFile['open'];

type From = NonNullable<TelegramMessage['from']>;

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
    name: [from.first_name, from.last_name].filter(Boolean).join(' ').slice(0, 200).toWellFormed(),
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

/** In a group people begin with `@bot`: that is how it is addressed, not what is said. */
const withoutMention = (text: string, botName: string): string =>
  text.trimStart().toLowerCase().startsWith(`@${botName.toLowerCase()} `)
    ? text
        .trimStart()
        .slice(botName.length + 2)
        .trimStart()
    : text;

const ofMessage = (message: TelegramMessage, eventId: string, bot: Bot, open: OpenFile): Incoming | undefined => {
  if (message.from === undefined || message.from.is_bot || message.chat.type === 'channel') return undefined;
  const place = placeOf(bot, message, message.from);
  const said = (message.text ?? message.caption ?? '').toWellFormed();
  const slash = commandOf(said, bot.username, place.direct);
  if (slash.kind === 'other-bot') return undefined;
  if (slash.kind === 'ours') return { eventId, place, kind: 'command', line: slash.line };
  const text = withoutMention(said, bot.username);
  const files = filesOf(message, open);
  return text.trim() === '' && files.length === 0 ? undefined : { eventId, place, kind: 'message', text, files };
};

/**
 * What an update says, in the words of the port; undefined where it says nothing to Threadbox (somebody joined,
 * another bot spoke or was addressed). The event's id holds the bot's, for each bot counts its updates itself.
 */
export const toIncoming = (update: TelegramUpdate, bot: Bot, open: OpenFile): Incoming | undefined => {
  const eventId = `telegram:${bot.id}:${update.update_id}`;
  if (update.message) return ofMessage(update.message, eventId, bot, open);
  const { message, from, data } = update.callback_query ?? {};
  if (!message || !from || !data || Buffer.byteLength(data) > BUTTON_VALUE_BYTES) return undefined;
  return { eventId, place: placeOf(bot, message, from), kind: 'button', value: data };
};
