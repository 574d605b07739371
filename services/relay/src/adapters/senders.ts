import type { Bus } from '@threadbox/messaging';
import { platforms, telegramSettings, type PlatformLog, type Sender } from '@threadbox/platforms';

/** The senders of the platforms that are switched on: web always, Telegram where there is a token. */
export const createSenders = (
  config: { TELEGRAM_BOT_TOKEN?: string | undefined; TELEGRAM_API_ROOT?: string | undefined },
  { log }: { bus: Bus; log: PlatformLog },
): ReadonlyMap<string, Sender> => {
  const senders = new Map<string, Sender>();
  if (config.TELEGRAM_BOT_TOKEN !== undefined) {
    const { TELEGRAM_BOT_TOKEN, TELEGRAM_API_ROOT } = config;
    senders.set(
      'telegram',
      platforms.telegram.createSender(telegramSettings.parse({ TELEGRAM_BOT_TOKEN, TELEGRAM_API_ROOT }), { log }),
    );
  }
  return senders;
};
