import { z } from 'zod';
import { message } from '../envelope.ts';

/** One thing that a form asks for. */
export const FormField = z.object({
  /** What its value is called in the answer. */
  name: z.string().min(1).max(200),
  title: z.string().max(200),
  help: z.string().max(1000),
  kind: z.enum(['text', 'number', 'yes-no', 'one', 'many']),
  /** What may be chosen, for `one` and `many`. */
  choices: z
    .array(z.object({ value: z.string().max(200), label: z.string().max(200), help: z.string().max(500) }))
    .max(24),
  /** The name under which words of one's own go, where a choice takes those, too. */
  other: z.string().max(200).optional(),
});
export type FormField = z.infer<typeof FormField>;

/** The agent asks the people something and waits for the answer, however long it takes. */
export const QuestionAsked = message(
  'question-asked',
  z.object({
    turn: z.int().positive(),
    /** Derived from the turn and what is asked, so that asking again after a crash is the same question. */
    request: z.uuid(),
    text: z.string().max(4000),
    fields: z.array(FormField).min(1).max(10),
  }),
);
export type QuestionAsked = z.infer<typeof QuestionAsked>;
