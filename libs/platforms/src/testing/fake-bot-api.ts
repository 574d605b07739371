/**
 * A fake that stands in for Telegram's Bot API server in tests, on loopback: chats, messages as they stand, updates
 * kept until they are confirmed, long polls and webhooks, and Telegram's own refusals (limits, marks out of bounds,
 * "message is not modified"). It answers the methods that Threadbox calls, and no others.
 */
import type { AddressInfo } from 'node:net';
import type { UserFromGetMe } from 'grammy/types';
import { type BotMessage, createChats } from './fake-bot-chats.ts';
import { createMethods, type FakeFile } from './fake-bot-methods.ts';
import { createPeople, type People } from './fake-bot-people.ts';
import { createBotServer, type FakeCall, type FakeFailure } from './fake-bot-server.ts';
import { createUpdates } from './fake-bot-updates.ts';

/** A running fake, and what tests do with it. */
export type FakeBotApi = People & {
  /** What TELEGRAM_API_ROOT is set to. */
  url: string;
  /** What TELEGRAM_BOT_TOKEN is set to. */
  token: string;
  bot: UserFromGetMe;
  /** Whether the bot has told Telegram that it has this update. */
  received: (updateId: number) => boolean;
  /** Hands out the update that was confirmed last once more. */
  redeliver: () => void;
  /** The bot's messages in a chat (in one of its threads) as they stand now, oldest first. */
  messages: (chat: number, thread?: number) => readonly BotMessage[];
  /** Every call of the bot so far. */
  calls: readonly FakeCall[];
  failNext: (failure: FakeFailure) => void;
  /** Nothing that was to fail, and has not yet, fails any more. */
  forgive: () => void;
  /** The bot is no longer wanted there. */
  block: (chat: number) => void;
  close: () => Promise<void>;
};

const TOKEN = '7000000001:FAKE_bot_api_token_for_tests_only_0';

const me = (token: string, readsAll: boolean): UserFromGetMe =>
  ({
    id: Number(token.split(':')[0]),
    is_bot: true,
    first_name: 'Threadbox',
    username: 'threadbox_test_bot',
    can_join_groups: true,
    can_read_all_group_messages: readsAll,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  }) as UserFromGetMe;

/** Starts a fake on a free port of loopback. `readsAll`: privacy mode is off. */
export const startFakeBotApi = async ({ token = TOKEN, readsAll = true, port = 0 } = {}): Promise<FakeBotApi> => {
  const bot = me(token, readsAll);
  const chats = createChats();
  const updates = createUpdates();
  const incomingFiles = new Map<string, FakeFile>();
  const calls: FakeCall[] = [];
  const failures: FakeFailure[] = [];
  const methods = createMethods({ bot, chats, updates, incomingFiles });
  const server = createBotServer({ token, methods, incomingFiles, calls, failures });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    ...createPeople({ bot, chats, updates, incomingFiles }),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    bot,
    calls,
    received: updates.received,
    redeliver: updates.redeliver,
    messages: (chat, thread) => chats.in(chat).filter((message) => thread === undefined || message.thread === thread),
    failNext: (failure) => void failures.push(failure),
    forgive: () => void failures.splice(0),
    block: chats.block,
    close: async () => {
      await updates.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
