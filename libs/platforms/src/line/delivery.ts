/**
 * How a message gets to LINE: as a reply where that can be, for replies are free and pushes count against the month's quota.
 *
 * Semantics
 * - A push has a retry key, made from the post's key: the same post again is done once, for 24 hours. Its 409 is success.
 * - A reply has none. But its token works once, and so is a retry key itself: while the token is surely alive (see
 *   `reply-token.ts`), a repeated reply either happens now or is refused because it has happened before.
 * - A reply whose answer was lost and whose token is over meanwhile, or of which only an earlier life of this process knew
 *   (`retry`), cannot be settled. It is pushed, with a word that it may be a copy: better twice than never. Where that
 *   earlier life had pushed, the retry key keeps it single.
 * - A token that LINE does not take costs nothing but the push that follows.
 */
import type { messagingApi } from '@line/bot-sdk';
import { deriveId } from '@threadbox/schemas';
import { LRUCache } from 'lru-cache';
import { RateLimited, Refused } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import type { Hints } from '../port.ts';
import type { LineApi } from './api.ts';
import { addressOf } from './conversation.ts';
import { acceptedBefore, calling, isDeadToken, MONTH_REST, NotSent } from './errors.ts';
import { asCopy } from './message.ts';
import { CALL_LIMIT } from './render.ts';
import { readHint, type ReplyToken } from './reply-token.ts';

type Messages = Parameters<typeof asCopy>[0];

/** Which way a post went, or tried to. */
type Route =
  | { by: 'reply'; token: ReplyToken }
  | { by: 'push'; messages: Messages }
  | { by: 'done'; ids: readonly string[] };

const REMEMBERED = 5000;

/** Sends messages (one to five), and tells their ids; `key` and `retry` as in `PostOptions`. */
export type Deliver = (
  conversation: string,
  messages: Messages,
  options: { key: string; retry?: boolean },
) => Promise<readonly string[]>;

const idsOf = ({ sentMessages }: { sentMessages: readonly messagingApi.SentMessage[] }): string[] =>
  sentMessages.map(({ id }) => id);

/** LINE does not always tell the ids of what it did before; then they get names of ours. */
const named = (ids: readonly string[], key: string, messages: Messages): string[] =>
  messages.map((_, i) => ids[i] ?? deriveId('line', key, i));

const month =
  'LINE sends no more this month: the messages of the plan are used up. Only replies within a minute go out, they are ' +
  'free. Buy more in LINE Official Account Manager (Settings, Billing), or wait for the first of the month.';

/** Binds the ways to a channel. */
export const createDelivery = (
  api: Pick<LineApi, 'replyMessage' | 'pushMessage'>,
  { hints, log, now = Date.now }: { hints: Hints; log: PlatformLog; now?: () => number },
): Deliver => {
  const routes = new LRUCache<string, Route>({ max: REMEMBERED });
  const spent = new LRUCache<string, true>({ max: REMEMBERED });

  const go = (key: string, route: Route): void => {
    routes.set(key, route);
  };

  const liveToken = async (conversation: string): Promise<ReplyToken | undefined> => {
    const hint = await hints.find(conversation).catch((error: unknown) => {
      log.warn({ err: error }, 'a reply token could not be looked up');
      return undefined;
    });
    const token = hint && readHint(hint.text);
    return token && token.until > now() && !spent.has(token.token) ? token : undefined;
  };

  /** What failed like this has surely not happened. */
  const isSure = (error: unknown): boolean => [RateLimited, Refused, NotSent].some((kind) => error instanceof kind);

  /** Replies; undefined where the token is dead. */
  const reply = async (key: string, token: ReplyToken, messages: Messages): Promise<readonly string[] | undefined> => {
    spent.set(token.token, true);
    const before = routes.get(key);
    go(key, { by: 'reply', token });
    try {
      const ids = await calling('the reply', { repeatable: false }, async () => {
        try {
          return idsOf(await api.replyMessage({ replyToken: token.token, messages: [...messages] }));
        } catch (error) {
          if (isDeadToken(error)) return undefined;
          throw error;
        }
      });
      if (ids === undefined && before === undefined) routes.delete(key);
      return ids;
    } catch (error) {
      // Whether an earlier time did happen is as open as it was.
      if (before === undefined && isSure(error)) {
        routes.delete(key);
        spent.delete(token.token);
      }
      throw error;
    }
  };

  const push = async (conversation: string, key: string, messages: Messages): Promise<readonly string[]> => {
    const before = routes.get(key);
    go(key, { by: 'push', messages });
    const { id: to } = addressOf(conversation);
    try {
      return await calling('the push', { repeatable: false }, async () => {
        try {
          return idsOf(await api.pushMessage({ to, messages: [...messages] }, deriveId('line', key)));
        } catch (error) {
          const ids = acceptedBefore(error);
          if (ids === undefined) throw error;
          return ids;
        }
      });
    } catch (error) {
      if (error instanceof RateLimited && error.retryAfter === MONTH_REST) log.error({}, month);
      // The next try may be a reply then: somebody may have said something meanwhile, and replies are free.
      if (before === undefined && isSure(error)) routes.delete(key);
      throw error;
    }
  };

  const send: Deliver = async (conversation, messages, { key, retry = false }) => {
    const route = routes.get(key);
    if (route?.by === 'done') return route.ids;
    if (route?.by === 'push') return push(conversation, key, route.messages);
    if (route?.by === 'reply') {
      if (route.token.until > now()) return (await reply(key, route.token, messages)) ?? [];
      return push(conversation, key, asCopy(messages, CALL_LIMIT));
    }
    if (retry) return push(conversation, key, asCopy(messages, CALL_LIMIT));
    const token = await liveToken(conversation);
    const replied = token && (await reply(key, token, messages));
    return replied ?? push(conversation, key, messages);
  };

  return async (conversation, messages, options) => {
    const ids = named(await send(conversation, messages, options), options.key, messages);
    go(options.key, { by: 'done', ids });
    return ids;
  };
};
