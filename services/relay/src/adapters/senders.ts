import { parseSettings } from '@threadbox/chassis';
import type { Bus } from '@threadbox/messaging';
import { platforms, telegramSettings, type PlatformLog, type Sender } from '@threadbox/platforms';

/** The senders of the platforms that are switched on: web always, Telegram where there is a token. */
export const createSenders = (
  config: { TELEGRAM_BOT_TOKEN?: string | undefined; TELEGRAM_API_ROOT?: string | undefined },
  { bus, log }: { bus: Bus; log: PlatformLog },
): ReadonlyMap<string, Sender> => {
  // The page's users are the gateway's business: a sender needs none of them.
  const senders = new Map<string, Sender>([['web', platforms.web.createSender({ WEB_USERS: new Map() }, { bus })]]);
  if (config.TELEGRAM_BOT_TOKEN !== undefined) {
    const { TELEGRAM_BOT_TOKEN, TELEGRAM_API_ROOT } = config;
    senders.set(
      'telegram',
      platforms.telegram.createSender(parseSettings(telegramSettings, { TELEGRAM_BOT_TOKEN, TELEGRAM_API_ROOT }), {
        log,
      }),
    );
  }
  return senders;
};
