import { natsSettings, shareSettings } from '@threadbox/messaging';
import { databaseSettings } from '@threadbox/projections';
import { z } from 'zod';

/** What the auth service needs of its environment. */
export const settings = z.object({
  ...natsSettings.shape,
  ...shareSettings.shape,
  ...databaseSettings.shape,
  /** Where people reach the gateway: the page on which they put in a credential of their own is there. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'an http or https address' }).default('http://127.0.0.1:8080'),
});
