import { z } from 'zod';

/** What Telegram allows in a webhook secret (Bot API, setWebhook): 1 to 256 of these characters. We ask for 24. */
const secret = z
  .string()
  .regex(/^[\w-]{24,256}$/, {
    abort: true,
    error: '24 to 256 of the characters A-Z a-z 0-9 _ - (try `openssl rand -hex 24`)',
  })
  .refine((text) => new Set(text).size >= 8 && !/change.?me|placeholder/i.test(text), 'this is no secret');

const variables = z.object({
  /** The bot's token, from @BotFather. */
  TELEGRAM_BOT_TOKEN: z.string().regex(/^\d{5,20}:[\w-]{30,64}$/, 'not a bot token: get one from @BotFather'),
  /** The Bot API server; another one than Telegram's own takes larger files and can be near. */
  TELEGRAM_API_ROOT: z
    .url({ protocol: /^https?$/ })
    .default('https://api.telegram.org')
    .transform((root) => root.replace(/\/+$/, '')),
  /** `polling` needs no address of ours; `webhook` needs PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET. */
  TELEGRAM_MODE: z.enum(['polling', 'webhook']).default('polling'),
  /** Where the gateway is reached from outside. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  TELEGRAM_WEBHOOK_SECRET: secret.optional(),
});

/** The settings of the Telegram platform, by the names they have in the environment. Its errors name the variable. */
export const telegramSettings = variables.superRefine((settings, context) => {
  if (settings.TELEGRAM_MODE !== 'webhook') return;
  const missing = (name: keyof typeof settings, message: string): void =>
    context.addIssue({ code: 'custom', path: [name], message });
  if (settings.TELEGRAM_WEBHOOK_SECRET === undefined) missing('TELEGRAM_WEBHOOK_SECRET', 'webhook mode needs it');
  if (settings.PUBLIC_URL === undefined) missing('PUBLIC_URL', 'webhook mode needs it');
  const isTelegrams = new URL(settings.TELEGRAM_API_ROOT).hostname === 'api.telegram.org';
  if (isTelegrams && settings.PUBLIC_URL?.startsWith('http:'))
    missing('PUBLIC_URL', 'Telegram delivers to https addresses only');
});
export type TelegramSettings = z.infer<typeof telegramSettings>;

/** The bot's own id: the part of its token before the colon. */
export const botIdOf = ({ TELEGRAM_BOT_TOKEN: token }: Pick<TelegramSettings, 'TELEGRAM_BOT_TOKEN'>): string =>
  token.slice(0, token.indexOf(':'));
