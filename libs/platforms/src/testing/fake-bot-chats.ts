import type { InlineKeyboardButton, MessageEntity } from 'grammy/types';

/** What Telegram answers where it does not do what it was asked. */
export class BotApiError extends Error {
  override readonly name = 'BotApiError';
  readonly status: number;
  constructor(status: number, description: string) {
    super(description);
    this.status = status;
  }
}

/** A message of the bot as it stands in a chat. */
export type BotMessage = {
  messageId: number;
  chat: number;
  thread: number | undefined;
  text: string;
  entities: readonly MessageEntity[];
  buttons: readonly (readonly InlineKeyboardButton[])[];
  document: { name: string; mediaType: string; bytes: Uint8Array } | undefined;
  /** How often it was changed. */
  edits: number;
};

type Chat = { id: number; threads: Set<number>; blocked: boolean };

/** The chats that the bot knows, and its messages in them. */
export type Chats = {
  /** People said something here (in this thread): from now on the bot can write to it. */
  open: (chat: number, thread: number | undefined) => void;
  block: (chat: number) => void;
  nextMessageId: () => number;
  /** Where a new message goes; throws as Telegram would. */
  check: (chat: unknown, thread: unknown) => { chat: number; thread: number | undefined };
  add: (message: BotMessage) => void;
  find: (chat: unknown, messageId: unknown) => BotMessage | undefined;
  remove: (message: BotMessage) => void;
  in: (chat: number) => readonly BotMessage[];
  all: () => readonly BotMessage[];
};

/** No chats yet. */
export const createChats = (): Chats => {
  const chats = new Map<number, Chat>();
  const messages: BotMessage[] = [];
  let lastMessageId = 0;
  return {
    open: (id, thread) => {
      const chat = chats.get(id) ?? { id, threads: new Set<number>(), blocked: false };
      if (thread !== undefined) chat.threads.add(thread);
      chats.set(id, chat);
    },
    block: (id) => chats.set(id, { id, threads: new Set(), blocked: true }),
    nextMessageId: () => (lastMessageId += 1),
    check: (id, thread) => {
      const chat = chats.get(Number(id));
      if (chat === undefined) throw new BotApiError(400, 'Bad Request: chat not found');
      if (chat.blocked) throw new BotApiError(403, 'Forbidden: bot was blocked by the user');
      if (thread === undefined) return { chat: chat.id, thread: undefined };
      if (!chat.threads.has(Number(thread))) throw new BotApiError(400, 'Bad Request: message thread not found');
      return { chat: chat.id, thread: Number(thread) };
    },
    add: (message) => void messages.push(message),
    find: (chat, messageId) =>
      messages.find((message) => message.chat === Number(chat) && message.messageId === Number(messageId)),
    remove: (message) => void messages.splice(messages.indexOf(message), 1),
    in: (chat) => messages.filter((message) => message.chat === chat),
    all: () => messages,
  };
};
