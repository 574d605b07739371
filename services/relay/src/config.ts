import { leaseSettings, natsSettings } from '@threadbox/messaging';
import { platforms, switchedOn, writingOf, type Sender, type SwitchedOn } from '@threadbox/platforms';
import { vaultKey } from '@threadbox/vault';
import { z } from 'zod';

/** What the relay needs of its environment; the bots have settings of their own. */
export const settings = z.object({
  ...natsSettings.shape,
  ...leaseSettings.shape,
  /** Opens what platforms have to keep, such as the tokens of Slack teams. */
  THREADBOX_SECRET_KEY: vaultKey().optional(),
});

/** The bots that write. Throws `ConfigError` with every problem of their settings at once. */
export const bots = (env: NodeJS.ProcessEnv = process.env): ReadonlyArray<SwitchedOn<Sender>> =>
  switchedOn(writingOf(platforms), env);
