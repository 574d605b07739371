import { z } from 'zod';

/** A session needs its sandbox to run: created if new, resumed if asleep. */
export const SandboxRequested = z.object({
  type: z.literal('sandbox-requested'),
  sandbox: z.uuid(),
  agent: z.string(),
});
export type SandboxRequested = z.infer<typeof SandboxRequested>;
