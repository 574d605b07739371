import type { UserFromGetMe } from 'grammy/types';
import { z } from 'zod';
import { BotApiError, type BotMessage, type Chats } from './fake-bot-chats.ts';
import { checkMarkup, checkText } from './fake-bot-checks.ts';
import type { Updates } from './fake-bot-updates.ts';

/** A file that came with a call, or that a person attached. */
export type FakeFile = { name: string; mediaType: string; bytes: Uint8Array };

type Input = Record<string, unknown>;
type Method = (input: Input, files: ReadonlyMap<string, FakeFile>, gone: AbortSignal) => unknown;

/** Methods by their names: what they return is the call's result. */
export type Methods = Readonly<Record<string, Method>>;

const previews = z.strictObject({ is_disabled: z.boolean() }).optional();
const seconds = (): number => Math.floor(Date.now() / 1000);

const asMessage = (bot: UserFromGetMe, message: BotMessage): object => ({
  message_id: message.messageId,
  from: bot,
  chat: { id: message.chat, type: message.chat > 0 ? 'private' : 'supergroup' },
  date: seconds(),
  ...(message.thread !== undefined && { message_thread_id: message.thread, is_topic_message: true }),
  ...(message.document
    ? {
        document: {
          file_id: `out-${message.messageId}`,
          file_unique_id: `${message.messageId}`,
          file_name: message.document.name,
        },
      }
    : { text: message.text, entities: message.entities }),
  ...(message.buttons.length > 0 && { reply_markup: { inline_keyboard: message.buttons } }),
});

const sameShown = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

const commandList = z.array(
  z.strictObject({ command: z.string().regex(/^[a-z0-9_]{1,32}$/), description: z.string().min(1).max(256) }),
);

/** The methods of the Bot API that Threadbox calls, on the state of a fake. */
export const createMethods = (state: {
  bot: UserFromGetMe;
  chats: Chats;
  updates: Updates;
  incomingFiles: ReadonlyMap<string, FakeFile>;
}): Methods => {
  const { bot, chats, updates, incomingFiles } = state;

  const post = (input: Input, body: Pick<BotMessage, 'text' | 'entities' | 'document'>): object => {
    const message: BotMessage = {
      ...chats.check(input['chat_id'], input['message_thread_id']),
      messageId: chats.nextMessageId(),
      buttons: checkMarkup(input['reply_markup']),
      edits: 0,
      ...body,
    };
    chats.add(message);
    return asMessage(bot, message);
  };

  return {
    getMe: () => bot,
    getUpdates: (input, _files, gone) =>
      updates.poll({
        offset: Number(input['offset'] ?? 0),
        limit: Number(input['limit'] ?? 100),
        seconds: Number(input['timeout'] ?? 0),
        gone,
      }),
    setWebhook: ({ url, secret_token: secret }) => {
      updates.setHook({ url: z.url().parse(url), secret: z.string().optional().parse(secret) });
      return true;
    },
    deleteWebhook: () => {
      updates.setHook(undefined);
      return true;
    },
    getWebhookInfo: () => ({
      url: updates.hook()?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: updates.pending(),
    }),
    setMyCommands: ({ commands }) => {
      commandList.parse(commands);
      return true;
    },
    sendMessage: (input) => {
      previews.parse(input['link_preview_options']);
      return post(input, { ...checkText(input['text'], input['entities']), document: undefined });
    },
    editMessageText: (input) => {
      previews.parse(input['link_preview_options']);
      chats.check(input['chat_id'], undefined);
      const message = chats.find(input['chat_id'], input['message_id']);
      if (!message) throw new BotApiError(400, 'Bad Request: message to edit not found');
      const { text, entities, buttons } = message;
      const next = { ...checkText(input['text'], input['entities']), buttons: checkMarkup(input['reply_markup']) };
      if (sameShown({ text, entities, buttons }, next))
        throw new BotApiError(
          400,
          'Bad Request: message is not modified: specified new message content and reply markup are exactly the same ' +
            'as a current content and reply markup of the message',
        );
      Object.assign(message, next, { edits: message.edits + 1 });
      return asMessage(bot, message);
    },
    sendMessageDraft: (input) => {
      chats.check(input['chat_id'], input['message_thread_id']);
      if (Number(input['chat_id']) < 0) throw new BotApiError(400, 'Bad Request: TEXTDRAFT_PEER_INVALID');
      z.int().positive().parse(input['draft_id']);
      checkText(input['text'], input['entities']);
      return true;
    },
    createForumTopic: (input) => {
      const { chat } = chats.check(input['chat_id'], undefined);
      const name = z.string().min(1).max(128).parse(input['name']);
      const thread = chats.nextMessageId();
      chats.open(chat, thread);
      return { message_thread_id: thread, name, icon_color: 7322096 };
    },
    deleteMessage: (input) => {
      const message = chats.find(input['chat_id'], input['message_id']);
      if (!message) throw new BotApiError(400, 'Bad Request: message to delete not found');
      chats.remove(message);
      return true;
    },
    sendDocument: (input, files) => {
      const document = files.get(String(input['document']).replace('attach://', '')) ?? files.get('document');
      if (!document) throw new BotApiError(400, 'Bad Request: there is no document in the request');
      return post(input, { text: '', entities: [], document });
    },
    sendChatAction: (input) => {
      chats.check(input['chat_id'], input['message_thread_id']);
      z.literal('typing').parse(input['action']);
      return true;
    },
    answerCallbackQuery: ({ callback_query_id: id }) => {
      z.string().min(1).parse(id);
      return true;
    },
    getFile: ({ file_id: id }) => {
      const file = incomingFiles.get(String(id));
      if (!file) throw new BotApiError(400, 'Bad Request: invalid file_id');
      if (file.bytes.byteLength > 20 * 1024 * 1024) throw new BotApiError(400, 'Bad Request: file is too big');
      return {
        file_id: id,
        file_unique_id: id,
        file_size: file.bytes.byteLength,
        file_path: `documents/${String(id)}`,
      };
    },
  };
};
