import { z } from 'zod';

const count = z.int().nonnegative();

/** What a call of the model used, in tokens. `cacheWriteHour` is what was written for an hour, which costs more. */
export const Tokens = z.object({
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite: count,
  cacheWriteHour: count,
});
export type Tokens = z.infer<typeof Tokens>;
