import { messagingApi } from '@line/bot-sdk';
import type { LineSenderSettings } from './settings.ts';

/** The part of LINE's client that Threadbox uses, for one channel. It repeats nothing by itself. */
export type LineApi = messagingApi.MessagingApiClient;

/** LINE's client for one channel. */
export const createApi = ({
  LINE_API_ROOT: baseURL,
  LINE_CHANNEL_ACCESS_TOKEN: channelAccessToken,
}: Pick<LineSenderSettings, 'LINE_API_ROOT' | 'LINE_CHANNEL_ACCESS_TOKEN'>): LineApi =>
  new messagingApi.MessagingApiClient({ baseURL, channelAccessToken });
