import type { Api } from 'grammy';
import { Refused } from '../errors.ts';
import { calling } from './errors.ts';
import type { OpenFile } from './incoming.ts';
import type { TelegramSettings } from './settings.ts';

/** How long one download may take, in milliseconds: 20 MB (the most a bot can fetch) over a slow line. */
const DOWNLOAD = 120_000;

/** The error of a broken download, without the address: the token is in it. */
const broken = (why: string): Error => new Error(`Telegram's file could not be fetched (${why})`);

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw broken('the connection broke');
  }
}

/** Opens files through the Bot API server. Opening throws `Refused` where Telegram won't give the file (over 20 MB, gone). */
export const fileOpener =
  (api: Api, { TELEGRAM_API_ROOT: root, TELEGRAM_BOT_TOKEN: token }: TelegramSettings): OpenFile =>
  (fileId) =>
  async () => {
    const { file_path: path } = await calling('getFile', true, () => api.getFile(fileId));
    if (path === undefined) throw new Refused('the file is not there to fetch');
    const safePath = path.split('/').map(encodeURIComponent).join('/');
    const signal = AbortSignal.timeout(DOWNLOAD);
    const response = await fetch(`${root}/file/bot${token}/${safePath}`, { signal }).catch(() => undefined);
    if (response === undefined) throw broken('no answer');
    if (response.ok && response.body !== null) return bytesOf(response.body);
    await response.body?.cancel();
    if (response.status >= 500 || response.status === 429) throw broken(`status ${response.status}`);
    throw new Refused(`the file is not there to fetch (status ${response.status})`);
  };
