import { Refused } from '../errors.ts';
import type { IncomingFile } from '../port.ts';
import type { SlackFile } from './event.ts';
import { isSlackAddress } from './hosts.ts';

/** How long one download may take, in milliseconds. */
const DOWNLOAD = 120_000;

const broken = (why: string): Error => new Error(`Slack's file could not be fetched (${why})`);

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw broken('the connection broke');
  }
}

/**
 * Opens a file with the bot's token, at Slack's own addresses only. Opening throws `Refused` where Slack won't give it
 * (it is gone, or the bot has no `files:read`: then Slack answers with a page to sign in).
 */
export const fileOpener =
  (apiRoot: string, token: () => Promise<string>) =>
  (file: SlackFile): IncomingFile['open'] =>
  async () => {
    const address = file.url_private_download ?? file.url_private;
    if (!address || !isSlackAddress(address, apiRoot)) throw new Refused('the file is not at Slack');
    const headers = { authorization: `Bearer ${await token()}` };
    const signal = AbortSignal.timeout(DOWNLOAD);
    const response = await fetch(address, { headers, signal, redirect: 'manual' }).catch(() => undefined);
    if (response === undefined) throw broken('no answer');
    const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
    const isWanted = response.ok && !(isPage && file.mimetype !== 'text/html');
    if (isWanted && response.body !== null) return bytesOf(response.body);
    await response.body?.cancel();
    if (response.status >= 500 || response.status === 429) throw broken(`status ${response.status}`);
    throw new Refused(`the file is not there to fetch (status ${response.status}); the bot needs files:read`);
  };
