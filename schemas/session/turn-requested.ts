import { z } from 'zod';

/** The session accepted a message; what it says stays on the CHAT stream, under this sequence. */
export const TurnRequested = z.object({
  type: z.literal('turn-requested'),
  turn: z.int().positive(),
  message: z.uuid(),
  sequence: z.int().positive(),
  by: z.string(),
  /** How many turns come before it. */
  ahead: z.int().nonnegative(),
});
export type TurnRequested = z.infer<typeof TurnRequested>;
