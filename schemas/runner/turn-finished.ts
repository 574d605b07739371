import { z } from 'zod';
import { message } from '../envelope.ts';
import { TurnOutcome, Usage } from '../session/turn-ended.ts';

/** One tool call of a turn, for the trace. */
export const Step = z.object({
  title: z.string().max(300),
  kind: z.string().max(40),
  ok: z.boolean(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
});
export type Step = z.infer<typeof Step>;

/** The turn is over; this is the whole answer, whatever was streamed before. */
export const TurnFinished = message(
  'turn-finished',
  z.object({
    turn: z.int().positive(),
    outcome: TurnOutcome,
    /** The answer, Markdown. Empty where there is none. */
    text: z.string().max(500_000),
    /** For `failed`: what went wrong and what to do, in plain words. */
    error: z.string().max(2000).optional(),
    usage: Usage,
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    steps: z.array(Step).max(500),
    /** The files for the people, sent before this as `file-chunk` messages. */
    files: z.array(z.object({ file: z.uuid(), name: z.string().min(1).max(255), mediaType: z.string() })).max(20),
  }),
);
export type TurnFinished = z.infer<typeof TurnFinished>;
