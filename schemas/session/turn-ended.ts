import { z } from 'zod';

/** How a turn can end. */
export const TurnOutcome = z.enum(['completed', 'cancelled', 'refused', 'limited', 'failed']);
export type TurnOutcome = z.infer<typeof TurnOutcome>;

/** What a turn used, as the agent reports it; absent where it doesn't. */
export const Usage = z.object({
  inputTokens: z.int().nonnegative().optional(),
  outputTokens: z.int().nonnegative().optional(),
  /** In US dollars. */
  cost: z.number().nonnegative().optional(),
});
export type Usage = z.infer<typeof Usage>;

/** A turn is over: how, and what it cost. */
export const TurnEnded = z.object({
  type: z.literal('turn-ended'),
  turn: z.int().positive(),
  outcome: TurnOutcome,
  usage: Usage,
});
export type TurnEnded = z.infer<typeof TurnEnded>;
