import { Refused } from '../errors.ts';
import type { OpenFile } from './incoming.ts';

/** How long one download may take, in milliseconds. */
const DOWNLOAD = 120_000;

/** The error of a broken download, without the address: it lets anybody fetch the file. */
const broken = (why: string): Error => new Error(`Discord's file could not be fetched (${why})`);

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw broken('the connection broke');
  }
}

/** Opens files at Discord's CDN. Opening throws `Refused` where it is no longer given (deleted; the address lives a day). */
export const openFile: OpenFile = (url) => async () => {
  const init = { signal: AbortSignal.timeout(DOWNLOAD), redirect: 'error' } as const;
  const response = await fetch(url, init).catch(() => undefined);
  if (response === undefined) throw broken('no answer');
  if (response.ok && response.body !== null) return bytesOf(response.body);
  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429) throw broken(`status ${response.status}`);
  throw new Refused(`the file is not there to fetch (status ${response.status})`);
};
