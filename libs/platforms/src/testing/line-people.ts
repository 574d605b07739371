import { randomBytes } from 'node:crypto';
import type { LineChats } from './line-chats.ts';
import type { LineDeliveries, LineEventObject } from './line-deliveries.ts';
import type { LineContent } from './line-methods.ts';

/** A person on LINE. */
export type LineUser = { userId: string; displayName: string };

/** A file that a person sends; as a picture, film or recording where `kind` says so. */
export type LineFile = {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
  kind?: 'image' | 'video' | 'audio' | 'file';
  /** How often LINE says that it is still converting it. */
  looks?: number;
  /** LINE never manages to convert it. */
  fails?: boolean;
};

/** What people do; each tells the number of the delivery that brings it to the bot. `chat` is a user, a group or a room. */
export type LinePeople = {
  /** Says something; a file goes before the words, in the same delivery, for LINE has no captions. */
  say: (chat: string, user: LineUser, text: string, file?: LineFile) => number;
  /** `/claude <line>`: LINE has no commands of its own. */
  command: (chat: string, user: LineUser, line: string) => number;
  /** Says something to the bot in a group: its name stands in front, as a mention. */
  mention: (chat: string, user: LineUser, text: string) => number;
  /** Presses a button of one of the bot's messages. */
  press: (messageId: string, label: string, user: LineUser) => number;
  /** Makes friends with the bot. */
  follow: (user: LineUser) => number;
  /** Any other event of LINE's (`webhook.yml`), filled up with what all of them have. */
  event: (chat: string, user: LineUser, event: Record<string, unknown>) => number;
};

const sourceOf = (chat: string, userId: string): object => {
  if (chat.startsWith('C')) return { type: 'group', groupId: chat, userId };
  return chat.startsWith('R') ? { type: 'room', roomId: chat, userId } : { type: 'user', userId };
};

/** People who talk to the bot of the fake. */
export const createLinePeople = (state: {
  botName: string;
  botId: string;
  chats: LineChats;
  deliveries: LineDeliveries;
  names: Map<string, string>;
  contents: Map<string, LineContent>;
  clock: () => number;
}): LinePeople => {
  const { botName, botId, chats, deliveries, names, contents, clock } = state;

  const build = (chat: string, user: LineUser, event: Record<string, unknown>): LineEventObject => {
    chats.open(chat, user.userId);
    names.set(user.userId, user.displayName);
    return {
      mode: 'active',
      timestamp: clock(),
      webhookEventId: `01${randomBytes(12).toString('hex').toUpperCase()}`,
      deliveryContext: { isRedelivery: false },
      source: sourceOf(chat, user.userId),
      replyToken: chats.newToken(chat),
      ...event,
    };
  };
  const quoteToken = 'q3Plxr4AgKd';
  const message = (content: Record<string, unknown>): Record<string, unknown> => ({
    type: 'message',
    message: { id: chats.nextId(), ...content },
  });
  const fileMessage = ({ name, mediaType, bytes, kind = 'file', looks = 0, fails = false }: LineFile) => {
    const id = chats.nextId();
    contents.set(id, { mediaType, bytes, looks, fails });
    return kind === 'file'
      ? { type: 'message', message: { type: 'file', id, fileName: name, fileSize: bytes.byteLength } }
      : { type: 'message', message: { type: kind, id, contentProvider: { type: 'line' }, quoteToken } };
  };

  const say: LinePeople['say'] = (chat, user, text, file) =>
    deliveries.push([
      ...(file ? [build(chat, user, fileMessage(file))] : []),
      ...(text === '' ? [] : [build(chat, user, message({ type: 'text', text, quoteToken }))]),
    ]);

  return {
    say,
    command: (chat, user, line) => say(chat, user, `/claude ${line}`),
    mention: (chat, user, text) => {
      const name = `@${botName}`;
      const mentionees = [{ type: 'user', userId: botId, isSelf: true, index: 0, length: name.length }];
      const content = { type: 'text', text: `${name} ${text}`, mention: { mentionees }, quoteToken };
      return deliveries.push([build(chat, user, message(content))]);
    },
    press: (messageId, label, user) => {
      const found = chats.messages.find(({ id }) => id === messageId);
      const button = found?.buttons.find((each) => each.label === label);
      if (!found || !button) throw new Error(`no button “${label}” stands there`);
      return deliveries.push([build(found.chat, user, { type: 'postback', postback: { data: button.data } })]);
    },
    follow: (user) => deliveries.push([build(user.userId, user, { type: 'follow', follow: { isUnblocked: false } })]),
    event: (chat, user, event) => deliveries.push([build(chat, user, event)]),
  };
};
