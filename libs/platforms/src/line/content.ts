import { messagingApi } from '@line/bot-sdk';
import { backOff as defaultBackOff, pause } from '../back-off.ts';
import { Refused } from '../errors.ts';
import { calling } from './errors.ts';
import type { OpenFile } from './incoming.ts';
import type { LineSettings } from './settings.ts';

/** How long one download may take, in milliseconds. */
const DOWNLOAD = 120_000;
/** How often LINE is asked whether a film or a recording is ready, some eight seconds in all; then it is for later. */
const LOOKS = 5;

/** The error of a broken download; nothing of the original, nobody knows what is in it. */
const broken = (why: string): Error => new Error(`LINE's content could not be fetched (${why})`);

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw broken('the connection broke');
  }
}

/**
 * Opens what people sent. Opening throws `Refused` where LINE won't give it (too old, taken back), and a plain error
 * where it can be had later. The download is not LINE's client's: where one breaks, that client fails beside the stream,
 * which ends the process.
 */
export const contentOpener = (
  { LINE_DATA_ROOT: baseURL, LINE_CHANNEL_ACCESS_TOKEN: channelAccessToken }: LineSettings,
  { signal, backOff = defaultBackOff }: { signal: AbortSignal; backOff?: typeof defaultBackOff },
): OpenFile => {
  const api = new messagingApi.MessagingApiBlobClient({ baseURL, channelAccessToken });
  const get = async (messageId: string): Promise<Response> => {
    const response = await fetch(`${baseURL}/v2/bot/message/${encodeURIComponent(messageId)}/content`, {
      headers: { authorization: `Bearer ${channelAccessToken}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD)]),
    }).catch(() => undefined);
    if (response === undefined) throw broken('no answer');
    return response;
  };

  /** Waits until LINE has converted a film or a recording. */
  const prepared = async (messageId: string): Promise<void> => {
    for (let look = 1; look <= LOOKS && !signal.aborted; look += 1) {
      const { status } = await calling('the state of a file', { repeatable: true }, () =>
        api.getMessageContentTranscodingByMessageId(messageId),
      );
      if (status === 'succeeded') return;
      if (status === 'failed') throw new Refused('LINE could not convert the file');
      await pause(backOff(look), signal);
    }
    throw broken('LINE is still converting it');
  };

  return (messageId) => async () => {
    let response = await get(messageId);
    if (response.status === 202) {
      await response.body?.cancel();
      await prepared(messageId);
      response = await get(messageId);
    }
    if (response.status === 200 && response.body !== null) return bytesOf(response.body);
    await response.body?.cancel();
    const { status } = response;
    if (status >= 500 || status === 429 || status === 202) throw broken(`status ${status}`);
    throw new Refused(`the file is not there to fetch (status ${status})`);
  };
};
