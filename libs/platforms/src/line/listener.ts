import { backOff as defaultBackOff, pause } from '../back-off.ts';
import { Misconfigured } from '../errors.ts';
import type { Accept, Listener, World } from '../port.ts';
import { createApi } from './api.ts';
import { contentOpener } from './content.ts';
import { calling } from './errors.ts';
import { createNames } from './names.ts';
import type { LineSettings } from './settings.ts';
import { createTakeIn } from './take-in.ts';
import { createWebhook, webhookPath } from './webhook.ts';

/** Hears LINE, by webhook. */
export const createLineListener = (
  settings: LineSettings,
  { prefix, log, hints, backOff = defaultBackOff }: Pick<World, 'prefix' | 'log' | 'hints' | 'backOff'>,
): Listener => {
  const api = createApi(settings);
  const stopping = new AbortController();
  const { signal } = stopping;
  const open = contentOpener(settings, { signal, backOff });
  const endpoint = `${settings.PUBLIC_URL}${webhookPath(prefix)}`;
  let running: Promise<void> = Promise.resolve();
  let take: ReturnType<typeof createTakeIn> | undefined;

  /** Tells LINE where to deliver. A person can do that too, so a refusal is a word in the log and no more. */
  const direct = async (): Promise<void> => {
    try {
      await calling('setting the webhook', { repeatable: true }, () => api.setWebhookEndpoint({ endpoint }));
      const { active } = await calling('the webhook', { repeatable: true }, () => api.getWebhookEndpoint());
      if (!active)
        log.warn(
          { endpoint },
          'LINE delivers nothing: switch on “Use webhook” in the LINE Developers Console, tab “Messaging API”',
        );
    } catch (error) {
      log.warn(
        { err: error, endpoint },
        'the webhook could not be set: enter this address in the LINE Developers Console, tab “Messaging API”',
      );
    }
  };

  const connect = async (accept: Accept): Promise<void> => {
    const me = await calling('bot info', { repeatable: true }, () => api.getBotInfo());
    if (signal.aborted) return;
    take = createTakeIn({ bot: { prefix, id: me.userId }, open, names: createNames(api), hints, accept, log });
    await direct();
    log.info({ bot: me.basicId }, `LINE: hearing as ${me.basicId}`);
  };

  const connectAgain = async (accept: Accept): Promise<void> => {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      await pause(backOff(attempt), signal);
      try {
        return signal.aborted ? undefined : await connect(accept);
      } catch (error) {
        log.error({ err: error, attempt }, 'LINE cannot be reached; trying again');
      }
    }
  };

  return {
    start: async (accept) => {
      try {
        await connect(accept);
      } catch (error) {
        if (error instanceof Misconfigured) throw error;
        log.warn({ err: error }, 'LINE cannot be reached; trying again');
        running = connectAgain(accept);
      }
    },
    fetch: createWebhook({ path: webhookPath(prefix), secret: settings.LINE_CHANNEL_SECRET, taker: () => take, log }),
    stop: async () => {
      stopping.abort();
      await running;
      take = undefined;
    },
  };
};
