import type { Api } from 'grammy';
import { backOff as defaultBackOff, pause } from '../back-off.ts';
import { Misconfigured, Refused } from '../errors.ts';
import type { Accept, Listener, World } from '../port.ts';
import { createApi } from './api.ts';
import { calling } from './errors.ts';
import { fileOpener } from './files.ts';
import { menu } from './menu.ts';
import { poll } from './polling.ts';
import type { TelegramSettings } from './settings.ts';
import { createTakeIn, type TakeIn } from './take-in.ts';
import { allowedUpdates } from './update.ts';
import { createWebhook, webhookPath } from './webhook.ts';

/** Seconds to wait for an answer; a poll is held open by Telegram for up to 25. */
const timeouts = { call: 10, poll: 40 } as const;

const privacyWord =
  'The bot is in privacy mode: in groups it hears only commands and replies to it. To let it hear everything said ' +
  'there, turn that off with @BotFather (/setprivacy, Disable) and add the bot to the group again.';

/** Where updates go to: an address of ours, or nobody, so that they can be polled. What waits there is kept. */
const direct = async (api: Api, settings: TelegramSettings, prefix: string): Promise<void> => {
  if (settings.TELEGRAM_MODE === 'polling') {
    await calling('deleteWebhook', true, () => api.deleteWebhook({ drop_pending_updates: false }));
    return;
  }
  const url = `${settings.PUBLIC_URL}${webhookPath(prefix)}`;
  const secret_token = settings.TELEGRAM_WEBHOOK_SECRET!;
  try {
    await calling('setWebhook', true, () =>
      api.setWebhook(url, { secret_token, allowed_updates: allowedUpdates, drop_pending_updates: false }),
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Misconfigured(
      `Telegram does not deliver to ${url} (${error.reason}). Set PUBLIC_URL to an https address.`,
    );
  }
};

/** Hears Telegram, by long polling or by webhook. */
export const createTelegramListener = (
  settings: TelegramSettings,
  { prefix, log, backOff = defaultBackOff }: Pick<World, 'prefix' | 'log' | 'backOff'>,
): Listener => {
  const api = createApi(settings, timeouts.call);
  const pollApi = createApi(settings, timeouts.poll);
  const open = fileOpener(api, settings);
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> = Promise.resolve();
  let take: TakeIn | undefined;
  let isAnswered = true;

  /** Telegram's clients show a pressed button as busy until it is answered; too late (about 10 s) is no harm. */
  const answer = (query: string): void => {
    api.answerCallbackQuery(query).catch(() => log.info({}, 'a pressed button could not be answered'));
  };

  const connect = async (accept: Accept): Promise<void> => {
    const me = await calling('getMe', true, () => api.getMe(signal as never));
    take = createTakeIn({ bot: { prefix, id: me.id, username: me.username }, open, accept, answer });
    await direct(api, settings, prefix);
    await calling('setMyCommands', true, () => api.setMyCommands(menu)).catch((error: unknown) =>
      log.warn({ err: error }, 'the menu of commands could not be set'),
    );
    log.info({ bot: me.username, mode: settings.TELEGRAM_MODE }, `Telegram: hearing as @${me.username}`);
    if (!me.can_read_all_group_messages) log.warn({ bot: me.username }, privacyWord);
  };

  /** Connects, as often as it takes, and hears until it is stopped. */
  const run = async (accept: Accept, attempts: number): Promise<void> => {
    let isConnected = attempts === 0;
    for (let attempt = attempts; !isConnected && !signal.aborted; attempt += 1) {
      await pause(backOff(attempt), signal);
      try {
        await connect(accept);
        isConnected = true;
      } catch (error) {
        if (!signal.aborted) log.error({ err: error, attempt }, 'Telegram cannot be reached; trying again');
      }
    }
    if (take && settings.TELEGRAM_MODE === 'polling') {
      const onPoll = (answered: boolean): void => {
        isAnswered = answered;
      };
      await poll({ api: pollApi, take, log, signal, backOff, onPoll });
    }
  };

  return {
    alone: settings.TELEGRAM_MODE === 'polling',
    start: async (accept) => {
      let failed = 0;
      try {
        await connect(accept);
      } catch (error) {
        if (error instanceof Misconfigured) throw error;
        failed = 1;
        log.warn({ err: error }, 'Telegram cannot be reached; trying again');
      }
      running = run(accept, failed);
    },
    ...(settings.TELEGRAM_MODE === 'webhook' && {
      fetch: createWebhook({
        path: webhookPath(prefix),
        secret: settings.TELEGRAM_WEBHOOK_SECRET!,
        taker: () => take,
        log,
      }),
    }),
    isHearing: () => take !== undefined && isAnswered,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
