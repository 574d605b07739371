import { parseSettings } from '@threadbox/chassis';
import type { Bus } from '@threadbox/messaging';
import { platforms, telegramSettings, webSettings, type Listener, type PlatformLog } from '@threadbox/platforms';
import type { z } from 'zod';
import type { settings } from '../config.ts';

/** The listeners of the platforms that are switched on. Throws with every problem of a platform's settings at once. */
export const createListeners = (
  config: z.infer<typeof settings>,
  { bus, log }: { bus: Bus; log: PlatformLog },
): ReadonlyMap<string, Listener> => {
  const listeners = new Map<string, Listener>();
  if (config.WEB_USERS !== undefined) {
    listeners.set('web', platforms.web.createListener(parseSettings(webSettings, config), { bus }));
  }
  if (config.TELEGRAM_BOT_TOKEN !== undefined) {
    listeners.set('telegram', platforms.telegram.createListener(parseSettings(telegramSettings, config), { log }));
  }
  return listeners;
};
