/**
 * Long polling with an offset of our own. `getUpdates` with an offset tells Telegram that everything before it has
 * arrived; so the offset moves past an update only once it is accepted. Stopped or killed before: it comes again.
 */
import type { Api } from 'grammy';
import { backOff as defaultBackOff, pause } from '../back-off.ts';
import { RateLimited } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import { calling } from './errors.ts';
import { type Taken, takeAll } from './take-in.ts';
import { allowedUpdates } from './update.ts';

/** Seconds that Telegram keeps a poll open where nothing happens. */
const HOLD = 25;

type Polling = {
  api: Api;
  read: (raw: unknown) => Taken | undefined;
  log: PlatformLog;
  signal: AbortSignal;
  backOff?: typeof defaultBackOff;
};

/** Polls until the signal stops it; what was accepted by then is confirmed. */
export const poll = async ({ api, read, log, signal, backOff = defaultBackOff }: Polling): Promise<void> => {
  let offset = 0;
  let failures = 0;
  const options = (timeout: number): Parameters<Api['getUpdates']>[0] => ({
    offset,
    timeout,
    limit: 100,
    allowed_updates: allowedUpdates,
  });

  while (!signal.aborted) {
    try {
      const updates = await calling('getUpdates', true, () => api.getUpdates(options(HOLD), signal as never));
      failures = 0;
      const batch = updates.flatMap((raw) => {
        const taken = read(raw);
        if (!taken) log.error({ update: raw.update_id }, 'a Telegram update could not be read and is left out');
        return taken ?? [];
      });
      const accepted = await takeAll(batch, { log, signal, backOff });
      const missing = batch.filter(({ updateId }) => !accepted.has(updateId)).map(({ updateId }) => updateId);
      const last = updates.at(-1)?.update_id;
      if (last !== undefined) offset = Math.max(offset, Math.min(last + 1, ...missing));
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      log.warn({ err: error, failures }, 'Telegram could not be polled; trying again');
      await pause(error instanceof RateLimited ? error.retryAfter : backOff(failures), signal);
    }
  }
  // Unconfirmed, the last batch would only come again and be recognised: worth one try, not a second.
  if (offset > 0) await api.getUpdates({ ...options(0), limit: 1 }, AbortSignal.timeout(2000) as never).catch(() => []);
};
