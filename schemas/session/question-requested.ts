import { z } from 'zod';

/** The agent asks something; its words stay on the SANDBOX stream, under this sequence. */
export const QuestionRequested = z.object({
  type: z.literal('question-requested'),
  turn: z.int().positive(),
  request: z.uuid(),
  sequence: z.int().positive(),
});
export type QuestionRequested = z.infer<typeof QuestionRequested>;
