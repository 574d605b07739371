import { z } from 'zod';

/** The sandbox gave its place back; its files are kept. */
export const SandboxStopped = z.object({
  type: z.literal('sandbox-stopped'),
  sandbox: z.uuid(),
  reason: z.enum(['idle', 'failed']),
});
export type SandboxStopped = z.infer<typeof SandboxStopped>;
