/**
 * A fake that stands in for LINE's Messaging API in tests, on loopback: chats, reply tokens that work once and not for
 * long, pushes with retry keys and a quota, the content of files, profiles, and deliveries that are signed and brought
 * again until they are answered with 200. It refuses what LINE would (limits, unknown fields), and answers the calls that
 * Threadbox makes, and no others. Its webhook is the one that the bot sets.
 */
import type { AddressInfo } from 'node:net';
import { createLineChats, type LineBotMessage } from './line-chats.ts';
import { createLineDeliveries } from './line-deliveries.ts';
import { createLineMethods, type LineBot, type LineContent } from './line-methods.ts';
import { createLinePeople, type LinePeople } from './line-people.ts';
import { createLineServer, type LineFailure, type LineRecord } from './line-server.ts';

/** A running fake, and what tests do with it. */
export type FakeLine = LinePeople & {
  /** What LINE_API_ROOT and LINE_DATA_ROOT are set to. */
  url: string;
  /** What LINE_CHANNEL_ACCESS_TOKEN and LINE_CHANNEL_SECRET are set to. */
  token: string;
  secret: string;
  bot: LineBot;
  /** Whether the bot has thanked for this delivery with a 200. */
  received: (delivery: number) => boolean;
  /** Brings what was delivered last once more. */
  redeliver: () => void;
  /** The bot's messages in a chat, oldest first. */
  messages: (chat: string) => readonly LineBotMessage[];
  /** Every call of the bot so far. */
  calls: readonly LineRecord[];
  failNext: (failure: LineFailure) => void;
  /** A reply token as an event in this chat brings it. */
  replyToken: (chat: string) => string;
  /** The bot is no longer wanted there. */
  remove: (chat: string) => void;
  /** The month's messages: how many there are, and how many of them are used. */
  setQuota: (limit: number | undefined, used?: number) => void;
  /** “Use webhook” in the console. */
  setActive: (isActive: boolean) => void;
  /** Moves LINE's clock on, in milliseconds. */
  pass: (milliseconds: number) => void;
  close: () => Promise<void>;
};

const TOKEN =
  'FAKEchannelAccessToken0123456789/for+tests/only+abcdefghijklmnopqrstuvwxyz/ABCDEFGHIJKLMNOPQRSTUVW1O/w1cDnyilFU=';
const SECRET = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** Starts a fake on a free port of loopback. */
export const startFakeLine = async ({ token = TOKEN, secret = SECRET, port = 0 } = {}): Promise<FakeLine> => {
  const bot: LineBot = {
    userId: `U${'b0'.repeat(16)}`,
    basicId: '@threadbox',
    displayName: 'Threadbox',
    chatMode: 'bot',
    markAsReadMode: 'auto',
  };
  let passed = 0;
  let isActive = true;
  const clock = (): number => Date.now() + passed;
  const chats = createLineChats(clock);
  const deliveries = createLineDeliveries({ destination: bot.userId, secret });
  const names = new Map<string, string>();
  const contents = new Map<string, LineContent>();
  const calls: LineRecord[] = [];
  const failures: LineFailure[] = [];
  const methods = createLineMethods({ bot, chats, deliveries, names, contents, isActive: () => isActive });
  const server = createLineServer({ token, methods, calls, failures });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const people = { botName: bot.displayName, botId: bot.userId, chats, deliveries, names, contents, clock };
  return {
    ...createLinePeople(people),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    secret,
    bot,
    calls,
    received: deliveries.received,
    redeliver: deliveries.redeliver,
    messages: (chat) => chats.messages.filter((message) => message.chat === chat),
    failNext: (failure) => void failures.push(failure),
    replyToken: chats.newToken,
    remove: chats.remove,
    setQuota: (limit, used = 0) => void Object.assign(chats.quota, { limit, used }),
    setActive: (next) => void (isActive = next),
    pass: (milliseconds) => void (passed += milliseconds),
    close: async () => {
      await deliveries.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
