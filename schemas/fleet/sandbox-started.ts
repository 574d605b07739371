import { z } from 'zod';

/** The sandbox has a place: the driver is to bring it up. */
export const SandboxStarted = z.object({ type: z.literal('sandbox-started'), sandbox: z.uuid(), agent: z.string() });
export type SandboxStarted = z.infer<typeof SandboxStarted>;
