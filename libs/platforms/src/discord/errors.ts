import { DiscordAPIError, HTTPError, RateLimitError, RESTJSONErrorCodes as Code } from 'discord.js';
import { Misconfigured, RateLimited, Refused, Uncertain } from '../errors.ts';
import type { PermissionName } from './permissions.ts';

/** What to do about a token that Discord does not know. */
export const badToken = (): Misconfigured =>
  new Misconfigured(
    'Discord does not accept DISCORD_BOT_TOKEN. Make a new one in the Developer Portal ' +
      '(https://discord.com/developers/applications, your application, Bot, Reset Token), set it, and start again.',
  );

/** What to do about messages that arrive without their text. */
export const missingIntent = (): Misconfigured =>
  new Misconfigured(
    'Discord does not let the bot read messages. In the Developer Portal (https://discord.com/developers/applications, ' +
      'your application, Bot, Privileged Gateway Intents) switch on MESSAGE CONTENT INTENT, save, and start again.',
  );

/** Whether Discord refused with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly number[]): boolean =>
  error instanceof DiscordAPIError && codes.some((code) => code === error.code);

/** Milliseconds to wait where Discord asks for patience and does not say how much. */
const patience = { edits: 60_000, slowmode: 5000, unknown: 1000 } as const;

const reasons: Readonly<Record<number, string>> = {
  [Code.UnknownChannel]: 'the channel or thread is gone, or the bot was removed',
  [Code.UnknownGuild]: 'the server is gone, or the bot was removed',
  [Code.UnknownMessage]: 'the message is gone',
  [Code.CannotSendMessagesToThisUser]: 'the person takes no direct messages from the bot',
  [Code.MissingAccess]: 'the bot cannot see the channel: it needs the permission View Channels there',
  [Code.ThreadLocked]: 'the thread is locked',
  [Code.RequestEntityTooLarge]: 'the file is too large for Discord (10 MiB)',
  [Code.InvalidFormBodyOrContentType]: 'Discord finds the message malformed',
};

const ofAnswer = (what: string, { code, status }: DiscordAPIError, needs: readonly PermissionName[]): Error => {
  if (status === 401) return badToken();
  if (code === Code.MaximumNumberOfEditsToMessagesOlderThanOneHourReached) return new RateLimited(patience.edits);
  if (code === Code.ActionCannotBePerformedDueToSlowmodeRateLimit) return new RateLimited(patience.slowmode);
  if (code === Code.MissingPermissions)
    return new Refused(`the bot may not do this: it needs the permission ${needs.join(' and ')} in that channel`);
  return new Refused(reasons[Number(code)] ?? `Discord refused to ${what} (${status}, code ${code})`);
};

const networkCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no answer in time';

/**
 * An error of discord.js in the words of the port; one of the port's own stays as it is. Nothing of the original is
 * kept: it holds what was to be written. Every call of ours can be repeated (posts carry a nonce), so none is `Uncertain`.
 */
export const toPortError = (error: unknown, what: string, needs: readonly PermissionName[]): Error => {
  for (const kind of [Misconfigured, RateLimited, Refused, Uncertain]) if (error instanceof kind) return error;
  if (error instanceof RateLimitError) {
    const { retryAfter, timeToReset } = error;
    return new RateLimited(Math.ceil(retryAfter > 0 ? retryAfter : Math.max(timeToReset, patience.unknown)));
  }
  if (error instanceof DiscordAPIError) return ofAnswer(what, error, needs);
  if (error instanceof HTTPError) return new Error(`Discord failed to ${what} (status ${error.status})`);
  return new Error(`Discord could not be asked to ${what} (${networkCode(error)})`);
};
