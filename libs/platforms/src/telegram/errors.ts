import { GrammyError, HttpError } from 'grammy';
import { Misconfigured, RateLimited, Refused, Uncertain } from '../errors.ts';

/** Failures after which it is certain that nothing was sent. */
const notSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** What to do about a token that Telegram does not know. */
const badToken = (): Misconfigured =>
  new Misconfigured(
    'Telegram does not accept TELEGRAM_BOT_TOKEN. Copy the token from @BotFather (/mybots, API Token) and start again.',
  );

/** Whether Telegram says that an edit changed nothing, which is what an edit wants. */
export const isNotModified = (error: unknown): boolean =>
  error instanceof GrammyError && error.error_code === 400 && error.description.includes('message is not modified');

const ofAnswer = (method: string, { error_code: code, description, parameters }: GrammyError): Error => {
  if (code === 429) return new RateLimited((parameters.retry_after ?? 1) * 1000);
  if (code === 401 || code === 404) return badToken();
  if (code === 400 || code === 403 || code === 413) return new Refused(description);
  return new Error(`Telegram failed at ${method}: ${code} ${description}`);
};

/**
 * An error of grammY's in the words of the port. Nothing of the original is kept: a network error of its quotes the
 * address, which has the bot's token in it, and an answer quotes what people wrote.
 * A call that cannot be repeated (a post) and got no answer is `Uncertain`.
 */
const toPortError = (error: unknown, call: { method: string; repeatable: boolean }): Error => {
  if (error instanceof GrammyError) return ofAnswer(call.method, error);
  if (!(error instanceof HttpError)) return new Error(`Telegram's ${call.method} could not be called`);
  const code = codeOf(error.error);
  const happenedNot = code !== undefined && (notSent.has(code) || code.startsWith('CERT_'));
  return call.repeatable || happenedNot
    ? new Error(`Telegram did not answer ${call.method} (${code ?? 'no answer in time'})`)
    : new Uncertain();
};

/** Runs one call of the Bot API; what it throws is an error of the port. */
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
