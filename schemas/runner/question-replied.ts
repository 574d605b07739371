import { z } from 'zod';
import { message } from '../envelope.ts';

/** What a form's fields were answered with, by their names. */
export const FormContent = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));
export type FormContent = z.infer<typeof FormContent>;

/** The answer to a `question-asked`; without content it was skipped. */
export const QuestionReplied = message(
  'question-replied',
  z.object({ request: z.uuid(), content: FormContent.optional() }),
);
export type QuestionReplied = z.infer<typeof QuestionReplied>;
