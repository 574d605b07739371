import { z } from 'zod';

/** The code was used in this conversation, and is worth nothing any more. */
export const HandoffTaken = z.object({ type: z.literal('handoff-taken'), by: z.string(), conversation: z.string() });
export type HandoffTaken = z.infer<typeof HandoffTaken>;
