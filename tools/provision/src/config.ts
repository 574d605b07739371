import { natsSettings } from '@threadbox/messaging';
import { z } from 'zod';

/** What provisioning needs of its environment; NATS_CREDS are those of `admin`. */
export const settings = z.object({
  ...natsSettings.shape,
  /** How many servers keep each stream: 1, or 3 where three servers run. */
  STREAM_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
});
