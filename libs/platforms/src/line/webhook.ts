import { validateSignature } from '@line/bot-sdk';
import type { PlatformLog } from '../log.ts';
import { parseJson, readBody } from '../webhook/read-body.ts';
import { LineDelivery } from './events.ts';
import type { Outcome } from './take-in.ts';

/** The path of the gateway that LINE delivers to. */
export const webhookPath = (prefix: string): string => `/${prefix}/webhook`;

/** A delivery holds no file, so it is small. */
const BODY_LIMIT = 1024 * 1024;

const answer = (status: number): Response => new Response(null, { status });

type Webhook = {
  path: string;
  secret: string;
  /** Takes the events of a delivery in; undefined while the bot is not known, or no longer. */
  taker: () => ((events: readonly unknown[]) => Promise<Outcome>) | undefined;
  log: PlatformLog;
};

/**
 * Answers LINE's deliveries: 200 only once everything in them is accepted, so that anything else makes LINE deliver again;
 * 413 over 1 MiB, 401 without LINE's signature of the very bytes that came, 400 for what is no delivery, 503 while nobody
 * listens, 500 where something was not accepted.
 */
export const createWebhook = ({ path, secret, taker, log }: Webhook): ((request: Request) => Promise<Response>) => {
  let isTold = false;
  /** Told once: the wrong secret in the settings looks the same as somebody who knocks all night. */
  const unsigned = (): Response => {
    if (!isTold) log.warn({}, 'a delivery was not signed by LINE: is LINE_CHANNEL_SECRET the one of this channel?');
    isTold = true;
    return answer(401);
  };
  return async (request) => {
    if (new URL(request.url).pathname !== path) return answer(404);
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    const signature = request.headers.get('x-line-signature');
    if (signature === null) return unsigned();
    const body = await readBody(request, BODY_LIMIT);
    if (body === undefined) return answer(413);
    // Compares in constant time.
    if (!validateSignature(body, secret, signature)) return unsigned();
    const take = taker();
    if (take === undefined) return answer(503);
    const delivery = LineDelivery.safeParse(parseJson(body.toString('utf8')));
    if (!delivery.success) return answer(400);
    return answer((await take(delivery.data.events)) === 'accepted' ? 200 : 500);
  };
};
