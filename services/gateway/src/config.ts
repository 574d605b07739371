import { port } from '@threadbox/chassis';
import { natsSettings } from '@threadbox/messaging';
import { z } from 'zod';

/** What the gateway needs of its environment; each platform's own settings are checked by the platform, where it is on. */
export const settings = z.object({
  ...natsSettings.shape,
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port().default(8080),
  /** Who may use the chat page: `name:token,name:token`. */
  WEB_USERS: z.string().optional(),
  /** Where the gateway is reached from outside. */
  PUBLIC_URL: z.string().optional(),
  /** Switches Telegram on. */
  TELEGRAM_BOT_TOKEN: z.string().optional(),
  TELEGRAM_API_ROOT: z.string().optional(),
  TELEGRAM_MODE: z.string().optional(),
  TELEGRAM_WEBHOOK_SECRET: z.string().optional(),
});
