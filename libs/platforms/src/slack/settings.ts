import { z } from 'zod';

const isPlaceholder = (text: string): boolean => /your|change.?me|placeholder|example|xxx/i.test(text);
const isVaried = (text: string): boolean => new Set(text).size >= 8;

const token = (kind: 'xoxb' | 'xapp', hint: string): z.ZodString =>
  z
    .string()
    .refine((text) => new RegExp(`^${kind}-[\\w-]{16,}$`).test(text) && !isPlaceholder(text) && isVaried(text), hint);

const secret = (hint: string): z.ZodString =>
  z.string().refine((text) => /^[0-9a-f]{32}$/.test(text) && isVaried(text), hint);

const address = z.url({ protocol: /^https?$/ });

const variables = z.object({
  /** The app's id: it switches Slack on. */
  SLACK_APP_ID: z.string().regex(/^A[A-Z0-9]{8,}$/, 'not an app id: see Basic Information on the app’s page'),
  /** The bot's token, where the app is installed in one workspace. */
  SLACK_BOT_TOKEN: token('xoxb', 'not a bot token (xoxb-…): see OAuth & Permissions on the app’s page').optional(),
  /** With the secret: people install the app in their workspaces themselves, and their tokens are kept in the vault. */
  SLACK_CLIENT_ID: z
    .string()
    .regex(/^\d+\.\d+$/, 'not a client id: see Basic Information on the app’s page')
    .optional(),
  SLACK_CLIENT_SECRET: secret('not a client secret: see Basic Information on the app’s page').optional(),
  /** `socket` where SLACK_APP_TOKEN is set, else `http`. */
  SLACK_MODE: z.enum(['http', 'socket']).optional(),
  /** For Socket Mode. */
  SLACK_APP_TOKEN: token('xapp', 'not an app-level token (xapp-…) with the scope connections:write').optional(),
  /** For HTTP: what Slack signs its requests with. */
  SLACK_SIGNING_SECRET: secret('not a signing secret: see Basic Information on the app’s page').optional(),
  /** Slack's Web API. */
  SLACK_API_ROOT: address.default('https://slack.com/api/').transform((root) => root.replace(/\/*$/, '/')),
  /** Where the gateway is reached from outside. */
  PUBLIC_URL: address.transform((url) => url.replace(/\/+$/, '')).optional(),
});

type Variables = z.infer<typeof variables>;

/** How Slack is heard. */
export const modeOf = (given: Pick<Variables, 'SLACK_MODE' | 'SLACK_APP_TOKEN'>): 'http' | 'socket' =>
  given.SLACK_MODE ?? (given.SLACK_APP_TOKEN === undefined ? 'http' : 'socket');

const isInstallable = ({ SLACK_CLIENT_ID: id, SLACK_CLIENT_SECRET: key }: Variables): boolean =>
  id !== undefined || key !== undefined;

/** The part of the settings that a sender needs. */
export const slackSenderSettings = variables.pick({ SLACK_APP_ID: true, SLACK_BOT_TOKEN: true, SLACK_API_ROOT: true });
export type SlackSenderSettings = z.infer<typeof slackSenderSettings>;

/** Checked beside other problems, not only once there are none: all are told at once. */
const rule = (name: keyof Variables, error: string): { path: string[]; error: string; when: () => boolean } => ({
  path: [name],
  error,
  when: () => true,
});

/** The settings of the Slack platform, by the names they have in the environment. Its errors name the variable. */
export const slackSettings = variables
  .refine(
    (given) => given.SLACK_BOT_TOKEN !== undefined || isInstallable(given),
    rule('SLACK_BOT_TOKEN', 'set it, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for several workspaces'),
  )
  .refine(
    (given) => !isInstallable(given) || given.SLACK_CLIENT_ID !== undefined,
    rule('SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET needs it'),
  )
  .refine(
    (given) => !isInstallable(given) || given.SLACK_CLIENT_SECRET !== undefined,
    rule('SLACK_CLIENT_SECRET', 'SLACK_CLIENT_ID needs it'),
  )
  .refine(
    (given) => modeOf(given) !== 'http' || given.SLACK_SIGNING_SECRET !== undefined,
    rule('SLACK_SIGNING_SECRET', 'http mode needs it (or set SLACK_APP_TOKEN for Socket Mode)'),
  )
  .refine(
    (given) => modeOf(given) !== 'socket' || given.SLACK_APP_TOKEN !== undefined,
    rule('SLACK_APP_TOKEN', 'Socket Mode needs it'),
  )
  .refine(
    (given) => given.PUBLIC_URL !== undefined || (modeOf(given) === 'socket' && !isInstallable(given)),
    rule('PUBLIC_URL', 'http mode and installing from the browser need it'),
  )
  .refine(
    (given) =>
      given.PUBLIC_URL === undefined ||
      given.PUBLIC_URL.startsWith('https:') ||
      URL.parse(given.SLACK_API_ROOT)?.hostname !== 'slack.com' ||
      (modeOf(given) === 'socket' && !isInstallable(given)),
    rule('PUBLIC_URL', 'Slack delivers to https addresses only'),
  );
export type SlackSettings = z.infer<typeof slackSettings>;
