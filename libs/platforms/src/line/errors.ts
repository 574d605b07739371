import { HTTPFetchError } from '@line/bot-sdk';
import { z } from 'zod';
import { Misconfigured, RateLimited, Refused, Uncertain } from '../errors.ts';

/** Milliseconds until an answer is given up; LINE's client knows no limit of its own. */
const PATIENCE = 10_000;

/** Milliseconds to wait where LINE does not say how long. */
const REST = 2000;

/** Milliseconds to wait once the month's messages are used up: somebody may buy more meanwhile. */
export const MONTH_REST = 3_600_000;

/** Failures after which it is certain that nothing was sent. */
const before = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);

/** LINE was not reached, so nothing happened. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** What LINE says about a failure (`ErrorResponse`); `sentMessages` where the retry key was used before. */
const Body = z.object({
  message: z.string().catch(''),
  details: z.array(z.object({ message: z.string().optional(), property: z.string().optional() })).catch([]),
  sentMessages: z.array(z.object({ id: z.string() })).catch([]),
});

/** The body of an answer that says no; empty where it is none of LINE's. */
const bodyOf = ({ body }: HTTPFetchError): z.infer<typeof Body> => {
  try {
    return Body.parse(JSON.parse(body));
  } catch {
    return { message: '', details: [], sentMessages: [] };
  }
};

const codeOf = (error: unknown): string | undefined => {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : undefined;
};

const restOf = (headers: Headers): number => {
  const text = headers.get('retry-after');
  const milliseconds = text === null ? Number.NaN : Number(text) * 1000;
  return Number.isFinite(milliseconds) && milliseconds > 0 ? Math.min(milliseconds, MONTH_REST) : REST;
};

const wordsOf = (error: HTTPFetchError): string => {
  const { message, details } = bodyOf(error);
  const more = details.map(({ message: what, property }) => [property, what].filter(Boolean).join(': '));
  return [message || `status ${error.status}`, ...more].join('; ').slice(0, 300);
};

const ofAnswer = (what: string, error: HTTPFetchError): Error => {
  const { status, headers } = error;
  if (status === 429) return new RateLimited(/monthly/i.test(bodyOf(error).message) ? MONTH_REST : restOf(headers));
  if (status === 401)
    return new Misconfigured(
      'LINE does not accept LINE_CHANNEL_ACCESS_TOKEN. Issue a long-lived token in the LINE Developers Console (your channel, tab “Messaging API”) and start again.',
    );
  if (status >= 500 || status === 408) return new Error(`LINE failed at ${what}: ${status}`);
  return new Refused(wordsOf(error));
};

/**
 * An error of LINE's client in the words of the port. Nothing of the original is kept: it holds the request's answer, and
 * what a network error holds is nobody's to promise. Where the call may not be repeated, no answer is `Uncertain`.
 */
const toPortError = (error: unknown, what: string, repeatable: boolean): Error => {
  if (error instanceof HTTPFetchError) return ofAnswer(what, error);
  const code = codeOf(error);
  if (code !== undefined && (before.has(code) || code.startsWith('CERT_')))
    return new NotSent(`LINE could not be reached (${code})`);
  return repeatable ? new Error(`LINE did not answer ${what} (${code ?? 'no answer in time'})`) : new Uncertain();
};

const inTime = async <Result>(call: () => Promise<Result>, milliseconds: number): Promise<Result> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), milliseconds);
  try {
    return await Promise.race([call(), promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** Runs one call of LINE's API; what it throws is an error of the port. */
export const calling = async <Result>(
  what: string,
  { repeatable, patience = PATIENCE }: { repeatable: boolean; patience?: number },
  call: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await inTime(call, patience);
  } catch (error) {
    throw toPortError(error, what, repeatable);
  }
};

/** Whether LINE says that a reply token is no good: used, or too old. */
export const isDeadToken = (error: unknown): boolean =>
  error instanceof HTTPFetchError && error.status === 400 && /invalid reply token/i.test(bodyOf(error).message);

/** The ids of the messages that a push with this retry key made before; undefined where this is another error. */
export const acceptedBefore = (error: unknown): readonly string[] | undefined =>
  error instanceof HTTPFetchError && error.status === 409 ? bodyOf(error).sentMessages.map(({ id }) => id) : undefined;
