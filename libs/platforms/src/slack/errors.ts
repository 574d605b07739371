import { webApi } from '@slack/bolt';
import { Misconfigured, RateLimited, Refused, Uncertain } from '../errors.ts';

/** Failures after which it is certain that nothing was sent. */
const notSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);

/** What Slack says of a token that is no good any more. */
const badToken = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
]);

/** What Slack says of itself where it is broken for a moment. */
const broken = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
  'external_channel_migrating',
]);

const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : undefined;
};

/** What Slack answered, where it is Slack that refused. */
export const answerOf = (error: unknown): string | undefined =>
  error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;

const ofAnswer = (method: string, { data }: webApi.WebAPIPlatformError): Error => {
  const { error, response_metadata: more } = data;
  if (error === 'ratelimited' || error === 'rate_limited') return new RateLimited((more?.retryAfter ?? 30) * 1000);
  if (badToken.has(error))
    return new Misconfigured(
      `Slack does not accept the token (${error}). Copy the one at OAuth & Permissions of the app's page again, or install the app anew.`,
    );
  if (error === 'missing_scope') {
    const needed = 'needed' in data && typeof data.needed === 'string' ? data.needed : 'a scope';
    return new Misconfigured(
      `Slack's ${method} needs ${needed}: add it at OAuth & Permissions of the app's page and install the app again.`,
    );
  }
  return broken.has(error) ? new Error(`Slack failed at ${method}: ${error}`) : new Refused(error);
};

/**
 * An error of Slack's client in the words of the port. Nothing of the original is kept: it quotes what was sent.
 * A call that cannot be repeated (a post) and got no answer is `Uncertain`.
 */
export const toPortError = (error: unknown, call: { method: string; repeatable: boolean }): Error => {
  if (error instanceof webApi.WebAPIPlatformError) return ofAnswer(call.method, error);
  if (error instanceof webApi.WebAPIRateLimitedError) return new RateLimited(error.retryAfter * 1000);
  if (error instanceof webApi.WebAPIHTTPError)
    return new Error(`Slack failed at ${call.method}: status ${error.statusCode}`);
  if (!(error instanceof webApi.WebAPIRequestError)) return new Error(`Slack's ${call.method} could not be called`);
  const code = codeOf(error.original);
  const happenedNot = code !== undefined && (notSent.has(code) || code.startsWith('CERT_'));
  return call.repeatable || happenedNot
    ? new Error(`Slack did not answer ${call.method} (${code ?? 'no answer in time'})`)
    : new Uncertain();
};

/** Runs one call of the Web API; what it throws is an error of the port. */
export const calling = async <Result>(
  method: string,
  repeatable: boolean,
  call: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await call();
  } catch (error) {
    throw toPortError(error, { method, repeatable });
  }
};
