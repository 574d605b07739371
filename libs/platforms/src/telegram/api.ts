import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Api } from 'grammy';
import type { TelegramSenderSettings } from './settings.ts';

/**
 * grammY's client for one bot. Idle connections are given up after 15 s: one that the server has closed meanwhile
 * would fail the next post in a way that leaves open whether it happened.
 */
export const createApi = (
  settings: Pick<TelegramSenderSettings, 'TELEGRAM_API_ROOT' | 'TELEGRAM_BOT_TOKEN'>,
  timeoutSeconds: number,
): Api => {
  const { TELEGRAM_API_ROOT: apiRoot } = settings;
  const Agent = apiRoot.startsWith('https:') ? HttpsAgent : HttpAgent;
  const agent = new Agent({ keepAlive: true, timeout: 15_000 });
  return new Api(settings.TELEGRAM_BOT_TOKEN, { apiRoot, timeoutSeconds, baseFetchConfig: { agent } });
};
