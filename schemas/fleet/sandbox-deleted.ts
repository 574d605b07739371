import { z } from 'zod';

/** The sandbox is to go, with all its files; it never comes back. */
export const SandboxDeleted = z.object({ type: z.literal('sandbox-deleted'), sandbox: z.uuid() });
export type SandboxDeleted = z.infer<typeof SandboxDeleted>;
