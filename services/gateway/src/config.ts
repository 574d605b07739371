import { port, sharedPort } from '@threadbox/chassis';
import { leaseSettings, natsSettings } from '@threadbox/messaging';
import { hearingOf, platforms, switchedOn, type Listener, type SwitchedOn } from '@threadbox/platforms';
import { vaultKey } from '@threadbox/vault';
import { z } from 'zod';

/** What the gateway needs of its environment; the bots have settings of their own. */
export const settings = z.object({
  ...natsSettings.shape,
  ...leaseSettings.shape,
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port().default(8080),
  SHARED_PORT: sharedPort(),
  /** Encrypts what platforms have to keep, such as the tokens of Slack teams. */
  THREADBOX_SECRET_KEY: vaultKey().optional(),
  /** Encrypts people’s own credentials to the model; egress has it, too. Without it nobody can put one in. */
  THREADBOX_CREDENTIAL_KEY: vaultKey().optional(),
});

/** The bots that hear. Throws `ConfigError` with every problem of their settings at once. */
export const bots = (env: NodeJS.ProcessEnv = process.env): ReadonlyArray<SwitchedOn<Listener>> =>
  switchedOn(hearingOf(platforms), env);
