import { z } from 'zod';

const isPlaceholder = (text: string): boolean => /change.?me|placeholder|your[_-]|example|undefined/i.test(text);

/** Tokens are base64, or three parts of it where they are short-lived; 172 characters for a long-lived one. */
const isToken = (text: string): boolean =>
  /^[\w+/=.-]{40,2000}$/.test(text) && new Set(text).size >= 12 && !isPlaceholder(text);

const isSecret = (text: string): boolean => /^[0-9a-f]{32}$/.test(text) && new Set(text).size >= 6;

const root = (address: string): z.ZodType<string> =>
  z
    .url({ protocol: /^https?$/ })
    .default(address)
    .transform((url) => url.replace(/\/+$/, ''));

const variables = z.object({
  /** The long-lived token of the Messaging API channel. */
  LINE_CHANNEL_ACCESS_TOKEN: z
    .string()
    .refine(isToken, 'not a channel access token: issue one in the LINE Developers Console, tab “Messaging API”'),
  /** What LINE signs its deliveries with. */
  LINE_CHANNEL_SECRET: z
    .string()
    .refine(
      isSecret,
      'not a channel secret (32 hex digits): it is in the LINE Developers Console, tab “Basic settings”',
    ),
  LINE_API_ROOT: root('https://api.line.me'),
  /** Where the bytes of what people send come from. */
  LINE_DATA_ROOT: root('https://api-data.line.me'),
  /** Where the gateway is reached from outside: LINE delivers there, and people fetch files there. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
});

type Addresses = { LINE_API_ROOT: string; PUBLIC_URL?: string | undefined };

/** LINE itself takes https addresses only, for its deliveries and for what it shows to people. */
const isTaken = ({ LINE_API_ROOT: api, PUBLIC_URL: url }: Addresses): boolean =>
  url === undefined || URL.parse(api)?.hostname !== 'api.line.me' || url.startsWith('https:');

/** Checked beside other problems, not only once there are none: all are told at once. */
const httpsRule = { path: ['PUBLIC_URL'], error: 'LINE takes https addresses only', when: () => true };

const isTakenOrOther = (given: Partial<Addresses>): boolean =>
  given.LINE_API_ROOT === undefined || isTaken({ LINE_API_ROOT: given.LINE_API_ROOT, PUBLIC_URL: given.PUBLIC_URL });

/** The part of the settings that a sender needs. Without PUBLIC_URL it can send no files: LINE takes only addresses. */
export const lineSenderSettings = variables
  .pick({ LINE_CHANNEL_ACCESS_TOKEN: true, LINE_API_ROOT: true })
  .extend({ PUBLIC_URL: variables.shape.PUBLIC_URL.optional() })
  .refine(isTakenOrOther, httpsRule);
export type LineSenderSettings = z.infer<typeof lineSenderSettings>;

/** The settings of the LINE platform, by the names they have in the environment. Its errors name the variable. */
export const lineSettings = variables.refine(isTakenOrOther, httpsRule);
export type LineSettings = z.infer<typeof lineSettings>;
