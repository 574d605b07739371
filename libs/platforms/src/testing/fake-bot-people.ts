import type { Update, UserFromGetMe } from 'grammy/types';
import type { Chats } from './fake-bot-chats.ts';
import type { FakeFile } from './fake-bot-methods.ts';
import type { Updates } from './fake-bot-updates.ts';

/** A person of the fake. */
export type FakeUser = { id: number; first_name: string; last_name?: string; username?: string };

/** What people of the fake do; each deed becomes an update, whose id is returned. */
export type People = {
  /** Positive chat ids are private, negative ones groups with topics. */
  say: (chat: number, user: FakeUser, text: string, more?: { thread?: number; document?: FakeFile }) => number;
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
  return {
    say: (chat, user, text, { thread, document } = {}) => {
      chats.open(chat, thread);
      const fileId = `in-${incomingFiles.size + 1}`;
      if (document) incomingFiles.set(fileId, document);
      const message = {
        message_id: chats.nextMessageId(),
        from: { is_bot: false, ...user },
        chat: chatOf(chat),
        date: date(),
        ...threadOf(thread),
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
};
