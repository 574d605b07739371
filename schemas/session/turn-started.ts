import { z } from 'zod';

/** The sandbox was given the turn. */
export const TurnStarted = z.object({ type: z.literal('turn-started'), turn: z.int().positive() });
export type TurnStarted = z.infer<typeof TurnStarted>;
