import { z } from 'zod';
import { agents } from '../agents.ts';

/** Asked of a runner that waits: from now on it is this sandbox. Sent once, to it alone; no stream ever has it. */
export const SandboxClaim = z.object({
  sandbox: z.uuid(),
  agent: z.enum(agents),
  natsCreds: z.string().min(1).max(20_000),
  modelToken: z.string().min(1).max(20_000),
});
export type SandboxClaim = z.infer<typeof SandboxClaim>;
