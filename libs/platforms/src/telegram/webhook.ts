import type { PlatformLog } from '../log.ts';
import { createLanes } from '../webhook/lanes.ts';
import { parseJson, readBody } from '../webhook/read-body.ts';
import { sameSecret } from '../webhook/same-secret.ts';
import { ALBUM_GAP, albumOf, readUpdate, type TakeIn } from './take-in.ts';
import type { TelegramUpdate } from './update.ts';

/** The path of the gateway that Telegram delivers to. */
export const webhookPath = (prefix: string): string => `/${prefix}/webhook`;

/** An update holds no file, so it is small: Telegram's largest have some 100 kB. */
const BODY_LIMIT = 1024 * 1024;

const answer = (status: number): Response => new Response(null, { status });

type Webhook = {
  path: string;
  secret: string;
  /** Takes updates in; undefined while the bot is not known yet. */
  taker: () => TakeIn | undefined;
  log: PlatformLog;
};

/**
 * Waits for the parts of an album, which are deliveries of their own, and hands them over together: all are answered
 * once that is done. Everything else is handed over at once.
 */
const createAlbums = () => {
  type Hand = (updates: readonly TelegramUpdate[]) => Promise<void>;
  const waiting = new Map<string, { parts: TelegramUpdate[]; done: Promise<void>; touch: () => void }>();
  return (update: TelegramUpdate, hand: Hand): Promise<void> => {
    const album = albumOf(update);
    if (album === undefined) return hand([update]);
    const known = waiting.get(album);
    if (known) {
      known.parts.push(update);
      known.touch();
      return known.done;
    }
    const parts = [update];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const close = (): void => {
      waiting.delete(album);
      hand(parts.toSorted((a, b) => a.update_id - b.update_id)).then(resolve, reject);
    };
    let timer = setTimeout(close, ALBUM_GAP);
    const touch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(close, ALBUM_GAP);
    };
    waiting.set(album, { parts, done: promise, touch });
    return promise;
  };
};

/**
 * Answers Telegram's deliveries: 200 only once the update is accepted, so that anything else makes Telegram deliver
 * again; 401 without the secret, 413 over 1 MiB, 400 for what is no update, 503 where it was not accepted.
 */
export const createWebhook = ({ path, secret, taker, log }: Webhook): ((request: Request) => Promise<Response>) => {
  const inLane = createLanes();
  const albums = createAlbums();

  const takeIn = async (take: TakeIn, updates: readonly TelegramUpdate[]): Promise<void> => {
    for (const { lane, accept } of take(updates)) await inLane(lane, accept);
  };
  return async (request) => {
    if (new URL(request.url).pathname !== path) return answer(404);
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    if (!sameSecret(request.headers.get('x-telegram-bot-api-secret-token'), secret)) return answer(401);
    const take = taker();
    if (take === undefined) return answer(503);
    const body = await readBody(request, BODY_LIMIT);
    if (body === undefined) return answer(413);
    const update = readUpdate(parseJson(body.toString('utf8')));
    if (update === undefined) return answer(400);
    try {
      await albums(update, (updates) => takeIn(take, updates));
      return answer(200);
    } catch (error) {
      log.warn(
        { update: update.update_id, err: error },
        'a Telegram update was not taken in; Telegram delivers it again',
      );
      return answer(503);
    }
  };
};
