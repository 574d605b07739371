import type { ServiceName } from '@threadbox/schemas';
import { z } from 'zod';
import { connectBus, type Bus } from './bus.ts';

/** What every service's config.ts takes in to reach NATS. */
export const natsSettings = z.object({
  NATS_URL: z.string().regex(/^(nats|tls|wss?):\/\/\S+$/, 'a NATS address such as nats://127.0.0.1:4222'),
  /** The path of the service's credentials file; left out only where the server asks for none. */
  NATS_CREDS: z.string().min(1).optional(),
});

/** Connects as this service's own NATS user. `onLost`: see `connectBus`; a service ends with it, to be started anew. */
export const connectService = (
  name: ServiceName,
  config: z.infer<typeof natsSettings>,
  onLost: (error: Error) => void,
): Promise<Bus> => connectBus({ url: config.NATS_URL, name, creds: config.NATS_CREDS, onLost });
