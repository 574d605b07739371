import { z } from 'zod';

/**
 * A question of the agent's was answered: by a choice (counted from 0), by words, which stay on CHAT under `answer`, or by
 * neither: then it was skipped.
 */
export const QuestionAnswered = z.object({
  type: z.literal('question-answered'),
  request: z.uuid(),
  by: z.string(),
  /** The message that answered it, where somebody wrote instead of pressing: it is no turn. */
  message: z.uuid().optional(),
  /** Where the question's words are, on the SANDBOX stream. */
  sequence: z.int().positive(),
  choice: z.int().nonnegative().optional(),
  answer: z.int().positive().optional(),
});
export type QuestionAnswered = z.infer<typeof QuestionAnswered>;
