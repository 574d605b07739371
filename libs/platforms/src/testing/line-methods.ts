import { z } from 'zod';
import { LineApiError, type LineChats } from './line-chats.ts';
import type { LineDeliveries } from './line-deliveries.ts';
import { bodies } from './line-limits.ts';

/** A file that a person sent; `looks`: how often LINE still says that it is converting it, `fails`: it never will. */
export type LineContent = { mediaType: string; bytes: Uint8Array; looks: number; fails: boolean };

/** The bot, as LINE's bot info tells. */
export type LineBot = {
  userId: string;
  basicId: string;
  displayName: string;
  chatMode: 'bot' | 'chat';
  markAsReadMode: 'auto' | 'manual';
};

/** What a call brought. */
export type LineCall = {
  name: string;
  ids: readonly string[];
  body: unknown;
  retryKey: string | undefined;
  request: string;
};

/** What is answered: JSON, or the bytes of a file. */
export type LineAnswer = { status: number; json?: object; content?: LineContent };

const id = '([^/]+)';

/** The calls that Threadbox makes, by method and path; the name is what tests call them. */
export const paths = [
  ['GET /v2/bot/info', 'info'],
  ['GET /v2/bot/channel/webhook/endpoint', 'endpoint'],
  ['PUT /v2/bot/channel/webhook/endpoint', 'set-endpoint'],
  ['POST /v2/bot/channel/webhook/test', 'test'],
  ['POST /v2/bot/message/reply', 'reply'],
  ['POST /v2/bot/message/push', 'push'],
  ['POST /v2/bot/chat/loading/start', 'loading'],
  ['GET /v2/bot/message/quota', 'quota'],
  ['GET /v2/bot/message/quota/consumption', 'consumption'],
  [`GET /v2/bot/profile/${id}`, 'profile'],
  [`GET /v2/bot/group/${id}/member/${id}`, 'member'],
  [`GET /v2/bot/room/${id}/member/${id}`, 'member'],
  [`GET /v2/bot/message/${id}/content`, 'content'],
  [`GET /v2/bot/message/${id}/content/transcoding`, 'transcoding'],
] as const;

const ok = (json: object = {}): LineAnswer => ({ status: 200, json });
const notFound = (): LineApiError => new LineApiError(404, 'Not found');

/** The calls by their names, on the state of a fake. */
export const createLineMethods = (state: {
  bot: LineBot;
  chats: LineChats;
  deliveries: LineDeliveries;
  names: ReadonlyMap<string, string>;
  contents: ReadonlyMap<string, LineContent>;
  isActive: () => boolean;
}): Readonly<Record<(typeof paths)[number][1], (call: LineCall) => LineAnswer | Promise<LineAnswer>>> => {
  const { bot, chats, deliveries, names, contents } = state;
  const profile = (chat: string, userId: string): LineAnswer => {
    const displayName = names.get(userId);
    if (displayName === undefined || !chats.isMember(chat, userId)) throw notFound();
    return ok({ displayName, userId });
  };
  const contentOf = (name: string | undefined): LineContent => {
    const content = contents.get(name ?? '');
    if (!content) throw notFound();
    return content;
  };
  return {
    info: () => ok(bot),
    endpoint: () => {
      const endpoint = deliveries.endpoint();
      if (endpoint === undefined) throw new LineApiError(404, 'Webhook endpoint not found');
      return ok({ endpoint, active: state.isActive() });
    },
    'set-endpoint': ({ body }) => {
      deliveries.setEndpoint(bodies.endpoint.parse(body).endpoint);
      return ok();
    },
    test: async ({ body }) => {
      const endpoint = bodies.test.parse(body).endpoint ?? deliveries.endpoint();
      if (endpoint === undefined) throw new LineApiError(404, 'Webhook endpoint not found');
      const statusCode = await deliveries.test(endpoint);
      const reason = statusCode === 200 ? 'OK' : statusCode === 0 ? 'COULD_NOT_CONNECT' : 'ERROR_STATUS_CODE';
      const timestamp = new Date().toISOString();
      return ok({ success: statusCode === 200, timestamp, statusCode, reason, detail: String(statusCode) });
    },
    reply: ({ body, retryKey }) => {
      if (retryKey !== undefined) throw new LineApiError(400, 'Retry key is not supported by this API');
      const { replyToken, messages } = bodies.reply.parse(body);
      return ok(chats.reply(replyToken, messages));
    },
    push: ({ body, retryKey, request }) => {
      if (retryKey !== undefined && !z.uuid().safeParse(retryKey).success)
        throw new LineApiError(400, 'Invalid retry key');
      const { to, messages } = bodies.push.parse(body);
      return ok(chats.push(to, messages, retryKey, request));
    },
    loading: ({ body }) => {
      bodies.loading.parse(body);
      return { status: 202, json: {} };
    },
    quota: () => ok(chats.quota.limit === undefined ? { type: 'none' } : { type: 'limited', value: chats.quota.limit }),
    consumption: () => ok({ totalUsage: chats.quota.used }),
    profile: ({ ids: [user = ''] }) => profile(user, user),
    member: ({ ids: [chat = '', user = ''] }) => profile(chat, user),
    content: ({ ids }) => {
      const content = contentOf(ids[0]);
      return content.looks > 0 || content.fails ? { status: 202, json: {} } : { status: 200, content };
    },
    transcoding: ({ ids }) => {
      const content = contentOf(ids[0]);
      if (content.fails) return ok({ status: 'failed' });
      content.looks -= 1;
      return ok({ status: content.looks > 0 ? 'processing' : 'succeeded' });
    },
  };
};
