import { z } from 'zod';

/** The sandbox has a place: the driver is to bring it up. */
export const SandboxStarted = z.object({
  type: z.literal('sandbox-started'),
  sandbox: z.uuid(),
  agent: z.string(),
  /** The wait that is over, where there was one. */
  ticket: z.uuid().optional(),
});
export type SandboxStarted = z.infer<typeof SandboxStarted>;
