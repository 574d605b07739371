import { z } from 'zod';

/** The turn ended before anybody answered: the agent's question no longer stands. */
export const QuestionWithdrawn = z.object({
  type: z.literal('question-withdrawn'),
  request: z.uuid(),
  sequence: z.int().positive(),
});
export type QuestionWithdrawn = z.infer<typeof QuestionWithdrawn>;
