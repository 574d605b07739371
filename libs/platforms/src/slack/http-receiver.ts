import type { App, Receiver } from '@slack/bolt';
import type { PlatformLog } from '../log.ts';
import { parseJson, readBody } from '../webhook/read-body.ts';
import { createDispatch } from './dispatch.ts';
import { type Answer, createReplayGuard, isSigned } from './signature.ts';

/** The path of the gateway that Slack delivers everything to: events, commands, pressed buttons. */
export const eventsPath = (prefix: string): string => `/${prefix}/events`;

/** Events hold no files; Slack's largest have some 100 kB. */
const BODY_LIMIT = 1024 * 1024;

type Payload = Record<string, unknown>;

const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Events come as JSON, commands as a form, pressed buttons as JSON in a form. */
const payloadOf = (body: string, contentType: string): Payload | undefined => {
  if (!contentType.startsWith('application/x-www-form-urlencoded')) {
    const parsed = parseJson(body);
    return isPayload(parsed) ? parsed : undefined;
  }
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  const parsed = payload === null ? Object.fromEntries(form) : parseJson(payload);
  return isPayload(parsed) ? parsed : undefined;
};

const ofAck = (acked: unknown): Answer =>
  acked === undefined || acked === ''
    ? { status: 200 }
    : typeof acked === 'string'
      ? { status: 200, body: acked }
      : { status: 200, body: JSON.stringify(acked), json: true };

const respond = ({ status, body, json = false }: Answer): Response =>
  new Response(body ?? null, { status, headers: json ? { 'content-type': 'application/json' } : {} });

/** A receiver of Bolt's that is fed requests instead of owning a server. */
export type HttpReceiver = { receiver: Receiver; fetch: (request: Request) => Promise<Response> };

/**
 * Answers Slack's deliveries: 200 only once the event is accepted, so that anything else makes Slack deliver again; 401
 * without a good signature, 413 over 1 MiB, 400 for what is no payload, 503 where it was not accepted.
 */
export const createHttpReceiver = (options: {
  prefix: string;
  signingSecret: string;
  log: PlatformLog;
}): HttpReceiver => {
  const { prefix, signingSecret, log } = options;
  const guard = createReplayGuard();
  const hand = createDispatch();
  let app: App | undefined;
  let isOpen = false;

  const dispatch = async (body: Payload, headers: Headers): Promise<Answer> => {
    const retryNum = Number(headers.get('x-slack-retry-num') ?? 0);
    try {
      return ofAck(await hand(app!, { body, retryNum }));
    } catch (error) {
      log.warn({ type: body['type'], retryNum, err: error }, 'a Slack event was not taken in; Slack delivers it again');
      return { status: 503 };
    }
  };

  return {
    receiver: {
      init: (given) => void (app = given),
      start: () => Promise.resolve(void (isOpen = true)),
      stop: () => Promise.resolve(void (isOpen = false)),
    },
    fetch: async (request) => {
      if (new URL(request.url).pathname !== eventsPath(prefix)) return respond({ status: 404 });
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
      const raw = await readBody(request, BODY_LIMIT);
      if (raw === undefined) return respond({ status: 413 });
      if (!isSigned(request.headers, raw, signingSecret)) return respond({ status: 401 });
      const body = payloadOf(raw.toString('utf8'), request.headers.get('content-type') ?? '');
      if (body === undefined) return respond({ status: 400 });
      if (body['type'] === 'url_verification')
        return respond({ status: 200, body: JSON.stringify({ challenge: body['challenge'] }), json: true });
      if (body['ssl_check'] !== undefined) return respond({ status: 200 });
      if (!isOpen) return respond({ status: 503 });
      return respond(await guard(request.headers.get('x-slack-signature')!, () => dispatch(body, request.headers)));
    },
  };
};
