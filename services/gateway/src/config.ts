import { port } from '@threadbox/chassis';
import { natsSettings } from '@threadbox/messaging';
import { hearingOf, platforms, switchedOn, vaultKeys, type Listener, type SwitchedOn } from '@threadbox/platforms';
import { z } from 'zod';

/** What the gateway needs of its environment; the bots have settings of their own. */
export const settings = z.object({
  ...natsSettings.shape,
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port().default(8080),
  /** Encrypts what platforms have to keep, such as the tokens of Slack teams. */
  THREADBOX_SECRET_KEY: z
    .string()
    .refine((key) => vaultKeys(key) !== undefined, 'is no key: 32 random bytes in base64 (openssl rand -base64 32)')
    .optional(),
});

/** The bots that hear. Throws `ConfigError` with every problem of their settings at once. */
export const bots = (env: NodeJS.ProcessEnv = process.env): ReadonlyArray<SwitchedOn<Listener>> =>
  switchedOn(hearingOf(platforms), env);
