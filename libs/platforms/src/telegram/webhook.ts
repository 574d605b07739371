import { createHash, timingSafeEqual } from 'node:crypto';
import type { PlatformLog } from '../log.ts';
import type { Taken } from './take-in.ts';

/** The path of the gateway that Telegram delivers to. */
export const WEBHOOK_PATH = '/telegram/webhook';

/** An update holds no file, so it is small: Telegram's largest have some 100 kB. */
const BODY_LIMIT = 1024 * 1024;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const sameSecret = (given: string | null, secret: string): boolean =>
  timingSafeEqual(digest(given ?? ''), digest(secret));

/** The body, or undefined as soon as it is over the limit. */
const readBody = async (request: Request): Promise<string | undefined> => {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMIT) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const answer = (status: number): Response => new Response(null, { status });

/** Runs what belongs to one lane one after the other, in the order it was asked; lanes run side by side. */
const createLanes = (): ((lane: string | undefined, work: () => Promise<void>) => Promise<void>) => {
  const ends = new Map<string | undefined, Promise<void>>();
  return async (lane, work) => {
    const before = ends.get(lane) ?? Promise.resolve();
    const mine = before.then(work);
    const end = mine.catch(() => {});
    ends.set(lane, end);
    await end;
    if (ends.get(lane) === end) ends.delete(lane);
    return mine;
  };
};

type Webhook = {
  secret: string;
  /** Reads a raw update; undefined while the bot is not known yet. */
  reader: () => ((raw: unknown) => Taken | undefined) | undefined;
  log: PlatformLog;
};

/**
 * Answers Telegram's deliveries: 200 only once the update is accepted, so that anything else makes Telegram deliver
 * again; 401 without the secret, 413 over 1 MiB, 400 for what is no update, 503 where it was not accepted.
 */
export const createWebhook = ({ secret, reader, log }: Webhook): ((request: Request) => Promise<Response>) => {
  const inLane = createLanes();
  return async (request) => {
    if (new URL(request.url).pathname !== WEBHOOK_PATH) return answer(404);
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    if (!sameSecret(request.headers.get('x-telegram-bot-api-secret-token'), secret)) return answer(401);
    const read = reader();
    if (read === undefined) return answer(503);
    const body = await readBody(request);
    if (body === undefined) return answer(413);
    const taken = read(parse(body));
    if (taken === undefined) return answer(400);
    try {
      await inLane(taken.lane, taken.accept);
      return answer(200);
    } catch (error) {
      log.warn(
        { update: taken.updateId, err: error },
        'a Telegram update was not taken in; Telegram delivers it again',
      );
      return answer(503);
    }
  };
};
