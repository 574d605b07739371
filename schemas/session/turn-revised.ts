import { z } from 'zod';

/** The words of a turn that still waits were changed; the new ones are on CHAT, under this sequence. */
export const TurnRevised = z.object({
  type: z.literal('turn-revised'),
  turn: z.int().positive(),
  sequence: z.int().positive(),
});
export type TurnRevised = z.infer<typeof TurnRevised>;
