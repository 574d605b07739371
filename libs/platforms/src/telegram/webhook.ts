import type { PlatformLog } from '../log.ts';
import { createLanes } from '../webhook/lanes.ts';
import { parseJson, readBody } from '../webhook/read-body.ts';
import { sameSecret } from '../webhook/same-secret.ts';
import type { Taken } from './take-in.ts';

/** The path of the gateway that Telegram delivers to. */
export const webhookPath = (prefix: string): string => `/${prefix}/webhook`;

/** An update holds no file, so it is small: Telegram's largest have some 100 kB. */
const BODY_LIMIT = 1024 * 1024;

const answer = (status: number): Response => new Response(null, { status });

type Webhook = {
  path: string;
  secret: string;
  /** Reads a raw update; undefined while the bot is not known yet. */
  reader: () => ((raw: unknown) => Taken | undefined) | undefined;
  log: PlatformLog;
};

/**
 * Answers Telegram's deliveries: 200 only once the update is accepted, so that anything else makes Telegram deliver
 * again; 401 without the secret, 413 over 1 MiB, 400 for what is no update, 503 where it was not accepted.
 */
export const createWebhook = ({ path, secret, reader, log }: Webhook): ((request: Request) => Promise<Response>) => {
  const inLane = createLanes();
  return async (request) => {
    if (new URL(request.url).pathname !== path) return answer(404);
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    if (!sameSecret(request.headers.get('x-telegram-bot-api-secret-token'), secret)) return answer(401);
    const read = reader();
    if (read === undefined) return answer(503);
    const body = await readBody(request, BODY_LIMIT);
    if (body === undefined) return answer(413);
    const taken = read(parseJson(body.toString('utf8')));
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
