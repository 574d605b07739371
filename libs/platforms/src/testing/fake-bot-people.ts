import type { Update, UserFromGetMe } from 'grammy/types';
import type { Chats } from './fake-bot-chats.ts';
import type { FakeFile } from './fake-bot-methods.ts';
import type { Updates } from './fake-bot-updates.ts';

/** A person of the fake. */
export type FakeUser = { id: number; first_name: string; last_name?: string; username?: string };

/** What people of the fake do; each deed becomes an update, whose id is returned. */
export type People = {
  /** Positive chat ids are private, negative ones groups with topics. */
  say: (
    chat: number,
    user: FakeUser,
    text: string,
    more?: { thread?: number; document?: FakeFile; album?: string },
  ) => number;
  /** Changes a message of theirs. */
  edit: (chat: number, user: FakeUser, messageId: number, text: string, thread?: number) => number;
  /** Reacts to a message; Telegram tells the chat with it, and no topic. */
  react: (chat: number, user: FakeUser, messageId: number, emoji: string) => number;
  /** Sends several files as one album; an update for each. */
  album: (chat: number, user: FakeUser, text: string, documents: readonly FakeFile[]) => number[];
  /** The id of the message that a person sent last. */
  lastSaid: () => number;
  /** Presses a button by its label; throws where no such button stands. */
  press: (messageId: number, label: string, user: FakeUser) => number;
};

const date = (): number => Math.floor(Date.now() / 1000);

const chatOf = (id: number): object =>
  id > 0 ? { id, type: 'private' } : { id, type: 'supergroup', title: 'A group', is_forum: true };

const threadOf = (thread: number | undefined): object =>
  thread === undefined ? {} : { message_thread_id: thread, is_topic_message: true };

const documentOf = (fileId: string, { name, mediaType, bytes }: FakeFile): object => ({
  file_id: fileId,
  file_unique_id: fileId,
  file_name: name,
  mime_type: mediaType,
  file_size: bytes.byteLength,
});

/** People who talk to the bot of the fake. */
export const createPeople = (state: {
  bot: UserFromGetMe;
  chats: Chats;
  updates: Updates;
  incomingFiles: Map<string, FakeFile>;
}): People => {
  const { bot, chats, updates, incomingFiles } = state;
  let presses = 0;
  let lastSaid = 0;
  const people: People = {
    lastSaid: () => lastSaid,
    edit: (chat, user, messageId, text, thread) =>
      updates.push(
        (update_id) =>
          ({
            update_id,
            edited_message: {
              message_id: messageId,
              from: { is_bot: false, ...user },
              chat: chatOf(chat),
              date: date(),
              edit_date: date(),
              ...threadOf(thread),
              text,
            },
          }) as unknown as Update,
      ),
    react: (chat, user, messageId, emoji) =>
      updates.push(
        (update_id) =>
          ({
            update_id,
            message_reaction: {
              chat: { ...chatOf(chat), ...(chat < 0 && { is_forum: false }) },
              message_id: messageId,
              user: { is_bot: false, ...user },
              date: date(),
              old_reaction: [],
              new_reaction: [{ type: 'emoji', emoji }],
            },
          }) as unknown as Update,
      ),
    album: (chat, user, text, documents) => {
      const album = `album-${lastSaid}`;
      return documents.map((document, i) => people.say(chat, user, i === 0 ? text : '', { document, album }));
    },
    say: (chat, user, text, { thread, document, album } = {}) => {
      chats.open(chat, thread);
      const fileId = `in-${incomingFiles.size + 1}`;
      if (document) incomingFiles.set(fileId, document);
      const message = {
        message_id: (lastSaid = chats.nextMessageId()),
        from: { is_bot: false, ...user },
        chat: chatOf(chat),
        date: date(),
        ...threadOf(thread),
        ...(album !== undefined && { media_group_id: album }),
        ...(document ? { ...(text !== '' && { caption: text }), document: documentOf(fileId, document) } : { text }),
      };
      return updates.push((update_id) => ({ update_id, message }) as unknown as Update);
    },
    press: (messageId, label, user) => {
      const message = chats.all().find((each) => each.messageId === messageId);
      const button = message?.buttons.flat().find(({ text }) => text === label);
      if (!message || !button || !('callback_data' in button)) throw new Error(`no button “${label}” stands there`);
      presses += 1;
      const callback_query = {
        id: `press-${presses}`,
        from: { is_bot: false, ...user },
        chat_instance: '1',
        data: button.callback_data,
        message: {
          message_id: messageId,
          date: date(),
          chat: chatOf(message.chat),
          from: bot,
          text: message.text,
          ...threadOf(message.thread),
        },
      };
      return updates.push((update_id) => ({ update_id, callback_query }) as unknown as Update);
    },
  };
  return people;
};
