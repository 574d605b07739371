import { z } from 'zod';

/** The sandbox was given the turn. */
export const TurnStarted = z.object({
  type: z.literal('turn-started'),
  turn: z.int().positive(),
  message: z.uuid(),
  sequence: z.int().positive(),
  /** Where its words were changed before it began. */
  revised: z.int().positive().optional(),
  by: z.string(),
});
export type TurnStarted = z.infer<typeof TurnStarted>;
