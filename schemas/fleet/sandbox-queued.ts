import { z } from 'zod';

/** All places are taken; this one waits in line, 1 being the next to get a place. */
export const SandboxQueued = z.object({
  type: z.literal('sandbox-queued'),
  sandbox: z.uuid(),
  place: z.int().positive(),
  /** Names this wait: the request that could not be served at once. */
  ticket: z.uuid(),
});
export type SandboxQueued = z.infer<typeof SandboxQueued>;
