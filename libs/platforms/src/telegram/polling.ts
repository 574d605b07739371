/**
 * Long polling with an offset of our own. `getUpdates` with an offset tells Telegram that everything before it has
 * arrived; so the offset moves past an update only once it is accepted. Stopped or killed before: it comes again.
 */
import type { Api } from 'grammy';
import { backOff as defaultBackOff, pause } from '../back-off.ts';
import { RateLimited } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import { calling } from './errors.ts';
import { ALBUM_GAP, albumOf, readUpdate, takeAll, type TakeIn } from './take-in.ts';
import { allowedUpdates } from './update.ts';

/** Seconds that Telegram keeps a poll open where nothing happens. */
const HOLD = 25;

type Polling = {
  api: Api;
  take: TakeIn;
  log: PlatformLog;
  signal: AbortSignal;
  backOff?: typeof defaultBackOff;
  /** Told after each poll whether it was answered. */
  onPoll?: (answered: boolean) => void;
};

/** Polls until the signal stops it; what was accepted by then is confirmed. */
export const poll = async ({ api, take, log, signal, backOff = defaultBackOff, onPoll }: Polling): Promise<void> => {
  let offset = 0;
  let failures = 0;
  const options = (timeout: number): Parameters<Api['getUpdates']>[0] => ({
    offset,
    timeout,
    limit: 100,
    allowed_updates: allowedUpdates,
  });

  const fetchBatch = (seconds: number) =>
    calling('getUpdates', true, () => api.getUpdates(options(seconds), signal as never));

  /** A batch that does not end in the middle of an album: while its last part is new, there may be another. */
  const fetchWhole = async () => {
    let updates = await fetchBatch(HOLD);
    for (;;) {
      const last = updates.at(-1);
      const parsed = readUpdate(last);
      if (last === undefined || parsed === undefined || albumOf(parsed) === undefined) return updates;
      await pause(ALBUM_GAP, signal);
      const more = await fetchBatch(0);
      if (more.at(-1)?.update_id === last.update_id) return more;
      updates = more;
    }
  };

  while (!signal.aborted) {
    try {
      const updates = await fetchWhole();
      failures = 0;
      onPoll?.(true);
      const readable = updates.flatMap((raw) => {
        const update = readUpdate(raw);
        if (!update) log.error({ update: raw.update_id }, 'a Telegram update could not be read and is left out');
        return update ?? [];
      });
      const batch = take(readable);
      const accepted = await takeAll(batch, { log, signal, backOff });
      const missing = batch.flatMap(({ updateIds }) => updateIds.filter((id) => !accepted.has(id)));
      const last = updates.at(-1)?.update_id;
      if (last !== undefined) offset = Math.max(offset, Math.min(last + 1, ...missing));
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      onPoll?.(false);
      log.warn({ err: error, failures }, 'Telegram could not be polled; trying again');
      await pause(error instanceof RateLimited ? error.retryAfter : backOff(failures), signal);
    }
  }
  // Unconfirmed, the last batch would only come again and be recognised: worth one try, not a second.
  if (offset > 0) await api.getUpdates({ ...options(0), limit: 1 }, AbortSignal.timeout(2000) as never).catch(() => []);
};
