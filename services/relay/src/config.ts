import { natsSettings } from '@threadbox/messaging';
import { databaseSettings } from '@threadbox/projections';
import { z } from 'zod';

/** What the relay needs of its environment; each platform's own settings are checked by the platform, where it is on. */
export const settings = z.object({
  ...natsSettings.shape,
  ...databaseSettings.shape,
  /** Switches Telegram on. */
  TELEGRAM_BOT_TOKEN: z.string().optional(),
  TELEGRAM_API_ROOT: z.string().optional(),
});
