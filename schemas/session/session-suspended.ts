import { z } from 'zod';

/** Nothing was said for a while: the sandbox is put to sleep, files and conversation kept. */
export const SessionSuspended = z.object({ type: z.literal('session-suspended') });
export type SessionSuspended = z.infer<typeof SessionSuspended>;
