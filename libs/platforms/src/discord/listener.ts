import { backOff as defaultBackOff, pause } from '../back-off.ts';
import { Misconfigured } from '../errors.ts';
import type { Accept, Listener, World } from '../port.ts';
import { createBookmarks } from './bookmarks.ts';
import { createIntake } from './lanes.ts';
import { openSession, type Session } from './session.ts';
import type { DiscordSettings } from './settings.ts';

/** Every so often, in milliseconds, it is kept up to when everything was heard; less so much, for clocks differ. */
const GLANCE = 60_000;

/**
 * Hears Discord through its gateway. The gateway tells an event once and asks for no receipt, so what is not accepted
 * is tried again here, in order per channel; what was said while nobody listened is fetched.
 */
export const createDiscordListener = (
  settings: DiscordSettings,
  { prefix, log, hints, backOff = defaultBackOff }: Pick<World, 'prefix' | 'log' | 'hints' | 'backOff'>,
): Listener => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const bookmarks = createBookmarks(prefix, hints, log);
  const intake = createIntake(log, signal, backOff);
  let session: Session | undefined;
  let running: Promise<void> = Promise.resolve();

  const connect = async (accept: Accept): Promise<void> => {
    let isOver = false;
    const onEnd = (why: Error): void => {
      // Each shard may say so, and closing the client, too.
      if (isOver || signal.aborted) return;
      isOver = true;
      void session?.close().catch(() => undefined);
      session = undefined;
      // With other settings only, and those need another start.
      if (why instanceof Misconfigured)
        return log.error({ err: why }, 'Discord ended the connection for good: nothing is heard until the next start');
      log.warn({ err: why }, 'Discord ended the connection; connecting anew');
      running = keepTrying(accept);
    };
    const opened = await openSession({ settings, prefix, log, signal, backOff, bookmarks, intake, accept, onEnd });
    if (isOver) return opened.close();
    session = opened;
    log.info({ bot: session.name }, `Discord: hearing as @${session.name}`);
  };

  /** Connects, as often as it takes; once Discord says that it never will, nothing is heard any more. */
  const keepTrying = async (accept: Accept): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      await pause(backOff(attempt), signal);
      if (signal.aborted) return;
      try {
        return await connect(accept);
      } catch (error) {
        if (!signal.aborted) log.error({ err: error, attempt }, 'Discord cannot be reached');
        if (error instanceof Misconfigured) return;
      }
    }
  };

  const glance = setInterval(() => {
    const until = session?.heardUntil();
    if (until !== undefined) void bookmarks.saw(until - GLANCE);
  }, GLANCE);
  glance.unref();

  return {
    alone: true,
    start: async (accept) => {
      try {
        await connect(accept);
      } catch (error) {
        if (error instanceof Misconfigured) throw error;
        log.warn({ err: error }, 'Discord cannot be reached; trying again');
        running = keepTrying(accept);
      }
    },
    isHearing: () => session?.isUp() === true,
    stop: async () => {
      stopping.abort();
      clearInterval(glance);
      await session?.close();
      await running;
      await intake.settled();
    },
  };
};
