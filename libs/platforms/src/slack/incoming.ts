import { type Place, BUTTON_VALUE_BYTES, commandLine } from '@threadbox/schemas';
import type { Incoming, IncomingFile } from '../port.ts';
import { conversationId, isDirect } from './conversation.ts';
import { emojiOf } from './emoji.ts';
import type { BlockActions, ChangeEvent, MessageEvent, ReactionEvent, SlackFile, SlashCommand } from './event.ts';
import { commandText, mentions, readable, withoutMention } from './mrkdwn.ts';
import { richText } from './rich-text.ts';
import type { NameOf } from './names.ts';

/** Where an event comes from, and what is known there. */
export type Hearing = {
  prefix: string;
  team: string;
  /** The bot's user id in this team. */
  bot: string;
  nameOf: NameOf;
  open: (file: SlackFile) => IncomingFile['open'];
};

/** Where somebody did something. */
export const placeOf = async (
  { prefix, team, nameOf }: Hearing,
  at: { channel: string; thread: string | undefined; user: string },
): Promise<Place> => ({
  platform: 'slack',
  workspace: `slack:${team}`,
  conversation: conversationId(prefix, { team, ...at }),
  direct: isDirect(at.channel),
  author: { id: `slack:${at.user}`, name: (await nameOf(team, at.user)) ?? at.user },
});

/** Our name for a message: it is the same however the message is told of. */
const messageEventId = ({ prefix, team }: Hearing, channel: string, ts: string): string =>
  `${prefix}:${team}:${channel}:${ts}`;

const safeName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .slice(-200)
    .toWellFormed();

const filesOf = (files: readonly SlackFile[], open: Hearing['open']): IncomingFile[] =>
  files
    .filter(({ mode }) => mode !== 'tombstone' && mode !== 'hidden_by_limit')
    .map((file) => ({
      name: safeName(file.name ?? file.title ?? '') || `file-${safeName(file.id)}`,
      mediaType: (file.mimetype || 'application/octet-stream').slice(0, 200),
      size: file.size ?? undefined,
      open: open(file),
    }));

/** The subtypes of messages that people say. */
const spoken = new Set([undefined, 'file_share', 'thread_broadcast', 'me_message']);

const isSomebody = (
  { user, bot_id: botId }: { user?: string | undefined; bot_id?: string | null | undefined },
  bot: string,
) => user !== undefined && user !== bot && user !== 'USLACKBOT' && !botId;

/**
 * What somebody said; undefined where it is no person, or nothing was said. A mention of the bot in a channel begins a
 * thread there. Slack has no slash commands in threads: there `@bot /claude …` is one, and a bare mention asks for help.
 */
export const ofMessage = async (event: MessageEvent, hearing: Hearing): Promise<Incoming | undefined> => {
  const { bot, team, nameOf } = hearing;
  const { channel, ts, user, subtype, thread_ts: threadTs } = event;
  if (!isSomebody(event, bot) || user === undefined || !spoken.has(subtype)) return undefined;
  const raw = event.text ?? '';
  const isMention = mentions(raw, bot);
  const addressed = isMention && !isDirect(channel);
  const place = await placeOf(hearing, { channel, thread: threadTs ?? (addressed ? ts : undefined), user });
  const eventId = messageEventId(hearing, channel, ts);
  const bare = isMention ? withoutMention(raw, bot) : raw;
  const files = filesOf(event.files ?? [], hearing.open);
  if (bare.trim() === '' && files.length === 0)
    return addressed ? { eventId, place, kind: 'command', line: 'help' } : undefined;
  const line = isMention ? commandLine(commandText(bare)) : undefined;
  if (line !== undefined) return { eventId, place, kind: 'command', line };
  const formatted = richText(event.blocks);
  const said = formatted === undefined ? bare : isMention ? withoutMention(formatted, bot) : formatted;
  const text = await readable(said, (each) => nameOf(team, each));
  return { eventId, place, kind: 'message', text, files, ...(addressed && { addressed }) };
};

/** What somebody made of an earlier message; undefined where its words are as before (a preview was added, say). */
export const ofChange = async (event: ChangeEvent, hearing: Hearing): Promise<Incoming | undefined> => {
  const { channel, message, previous_message: before } = event;
  const { user, edited, thread_ts: threadTs, ts } = message;
  const raw = message.text ?? '';
  if (!isSomebody(message, hearing.bot) || user === undefined || !edited || raw === (before?.text ?? ''))
    return undefined;
  const began = mentions(raw, hearing.bot) || mentions(before?.text ?? '', hearing.bot);
  const thread = threadTs ?? (began && !isDirect(channel) ? ts : undefined);
  const of = messageEventId(hearing, channel, ts);
  const said = withoutMention(richText(message.blocks) ?? raw, hearing.bot);
  const text = await readable(said, (each) => hearing.nameOf(hearing.team, each));
  const place = await placeOf(hearing, { channel, thread, user });
  return { eventId: `${of}:edit:${edited.ts}`, place, kind: 'edit', of, text };
};

/** A reaction to a message of ours. `threadOf` tells the thread of a message: Slack's event does not. */
export const ofReaction = async (
  event: ReactionEvent,
  hearing: Hearing,
  threadOf: (channel: string, ts: string) => Promise<string | undefined>,
): Promise<Incoming | undefined> => {
  const { user, reaction, item, item_user: whose, event_ts: at } = event;
  const { channel, ts } = item;
  if (item.type !== 'message' || channel === undefined || ts === undefined) return undefined;
  if (whose !== hearing.bot || user === hearing.bot) return undefined;
  const place = await placeOf(hearing, { channel, thread: await threadOf(channel, ts), user });
  const eventId = `${messageEventId(hearing, channel, ts)}:reaction:${user}:${reaction}:${at}`;
  return { eventId, place, kind: 'reaction', emoji: emojiOf(reaction) };
};

/** A slash command. One given in a channel gets a thread for its session. */
export const ofCommand = async (command: SlashCommand, hearing: Hearing): Promise<Incoming> => {
  const { channel_id: channel, user_id: user, text, trigger_id: trigger } = command;
  const place = await placeOf(hearing, { channel, thread: undefined, user });
  return {
    eventId: `${hearing.prefix}:${hearing.team}:command:${trigger}`,
    place: place.direct ? place : { ...place, threads: true },
    kind: 'command',
    line: commandText(text),
  };
};

/** The thread that a message with buttons stands in; one that a thread hangs on stands in the channel. */
export const threadOfPress = ({ container, message }: BlockActions): string | undefined => {
  const thread = container.thread_ts ?? message?.thread_ts;
  return thread === container.message_ts ? undefined : thread;
};

/** A pressed button. */
export const ofPress = async (press: BlockActions, hearing: Hearing): Promise<Incoming | undefined> => {
  const { user, container } = press;
  const { value, action_ts: at } = press.actions[0]!;
  if (value === undefined || Buffer.byteLength(value) > BUTTON_VALUE_BYTES) return undefined;
  const channel = container.channel_id;
  const place = await placeOf(hearing, { channel, thread: threadOfPress(press), user: user.id });
  const eventId = `${messageEventId(hearing, channel, container.message_ts)}:press:${user.id}:${at}`;
  return { eventId, place, kind: 'button', value };
};
