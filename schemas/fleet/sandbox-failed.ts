import { z } from 'zod';

/** The driver could not bring the sandbox up, or it keeps dying: why, in plain words. */
export const SandboxFailed = z.object({
  type: z.literal('sandbox-failed'),
  sandbox: z.uuid(),
  reason: z.string().max(1000),
});
export type SandboxFailed = z.infer<typeof SandboxFailed>;
