import { z } from 'zod';
import { message } from '../envelope.ts';

/** More of the answer, while it is being written: `at` is the offset in UTF-16 units at which this text goes. */
export const TextStreamed = message(
  'text-streamed',
  z.object({ turn: z.int().positive(), at: z.int().nonnegative(), text: z.string().max(200_000) }),
);
export type TextStreamed = z.infer<typeof TextStreamed>;
