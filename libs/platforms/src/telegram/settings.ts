import { z } from 'zod';

/** What Telegram allows in a webhook secret (Bot API, setWebhook): 1 to 256 of these characters. We ask for 24. */
const isSecret = (text: string): boolean =>
  /^[\w-]{24,256}$/.test(text) && new Set(text).size >= 8 && !/change.?me|placeholder/i.test(text);

const secret = z
  .string()
  .refine(isSecret, '24 to 256 random characters of A-Z a-z 0-9 _ - (try `openssl rand -hex 24`)');

const variables = z.object({
  /** The bot's token, from @BotFather. */
  TELEGRAM_BOT_TOKEN: z.string().regex(/^\d{5,20}:[\w-]{30,64}$/, 'not a bot token: get one from @BotFather'),
  /** The Bot API server; another one than Telegram's own takes larger files and can be near. */
  TELEGRAM_API_ROOT: z
    .url({ protocol: /^https?$/ })
    .default('https://api.telegram.org')
    .transform((root) => root.replace(/\/+$/, '')),
  /** `on` streams answers in private chats as drafts: smoother, and an answer cannot be told from a copy after a crash. */
  TELEGRAM_DRAFTS: z
    .enum(['on', 'off'])
    .default('off')
    .transform((choice) => choice === 'on'),
  /** `polling` needs no address of ours; `webhook` needs PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET. */
  TELEGRAM_MODE: z.enum(['polling', 'webhook']).default('polling'),
  /** Where the gateway is reached from outside. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  TELEGRAM_WEBHOOK_SECRET: secret.optional(),
});

type Variables = z.infer<typeof variables>;

const isWebhook = ({ TELEGRAM_MODE: mode }: Variables): boolean => mode === 'webhook';

const isDeliverable = ({ TELEGRAM_API_ROOT: root, PUBLIC_URL: url }: Variables): boolean =>
  URL.parse(root)?.hostname !== 'api.telegram.org' || url?.startsWith('https:') === true;

/** The part of the settings that a sender needs. */
export const telegramSenderSettings = variables.pick({
  TELEGRAM_BOT_TOKEN: true,
  TELEGRAM_API_ROOT: true,
  TELEGRAM_DRAFTS: true,
});
export type TelegramSenderSettings = z.infer<typeof telegramSenderSettings>;

/** Checked beside other problems, not only once there are none: all are told at once. */
const rule = (name: keyof Variables, error: string): { path: string[]; error: string; when: () => boolean } => ({
  path: [name],
  error,
  when: () => true,
});

/** The settings of the Telegram platform, by the names they have in the environment. Its errors name the variable. */
export const telegramSettings = variables
  .refine(
    (given) => !isWebhook(given) || given.TELEGRAM_WEBHOOK_SECRET !== undefined,
    rule('TELEGRAM_WEBHOOK_SECRET', 'webhook mode needs it'),
  )
  .refine((given) => !isWebhook(given) || given.PUBLIC_URL !== undefined, rule('PUBLIC_URL', 'webhook mode needs it'))
  .refine(
    (given) => !isWebhook(given) || given.PUBLIC_URL === undefined || isDeliverable(given),
    rule('PUBLIC_URL', 'Telegram delivers to https addresses only'),
  );
export type TelegramSettings = z.infer<typeof telegramSettings>;
