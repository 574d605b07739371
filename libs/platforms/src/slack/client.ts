import { webApi } from '@slack/bolt';
import type { SlackSenderSettings } from './settings.ts';

/** Slack's client of its Web API. */
export type SlackClient = webApi.WebClient;

/** A log that nobody reads: Slack's own lines quote what people wrote. What matters is thrown, and told by us. */
export const silent: webApi.Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => webApi.LogLevel.ERROR,
  setName: () => {},
};

/** How every client of ours is made: no repeating of its own (the relay repeats, and knows what may be repeated). */
export const clientOptions = (
  { SLACK_API_ROOT: slackApiUrl }: Pick<SlackSenderSettings, 'SLACK_API_ROOT'>,
  timeout: number,
): webApi.WebClientOptions => ({
  slackApiUrl,
  timeout,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  allowAbsoluteUrls: false,
  logger: silent,
});

/** A client with this token; calls without an answer fail after `timeout` milliseconds. */
export const createClient = (
  settings: Pick<SlackSenderSettings, 'SLACK_API_ROOT'>,
  token: string | undefined,
  timeout: number,
): SlackClient => new webApi.WebClient(token, clientOptions(settings, timeout));
