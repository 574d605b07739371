import { z } from 'zod';
import { message } from '../envelope.ts';

/** The turn is to end now. */
export const TurnCancelled = message('turn-cancelled', z.object({ turn: z.int().positive() }));
export type TurnCancelled = z.infer<typeof TurnCancelled>;
