import { z } from 'zod';

/** Somebody wants the running turn to end. */
export const TurnStopRequested = z.object({
  type: z.literal('turn-stop-requested'),
  turn: z.int().positive(),
  by: z.string(),
});
export type TurnStopRequested = z.infer<typeof TurnStopRequested>;
