import { z } from 'zod';
import { Micros } from './limit.ts';
import { Tokens } from './tokens.ts';

/** A call of the model was made; this is what it used and cost, in place of what was reserved. */
export const UsageMetered = z.object({
  type: z.literal('usage-metered'),
  at: z.iso.datetime(),
  call: z.uuid(),
  session: z.string(),
  user: z.string(),
  model: z.string().max(200),
  tokens: Tokens,
  micros: Micros,
  /** By the model's own price, or (the model being unknown) by the dearest that is known. */
  priced: z.enum(['known', 'dearest']),
  /** How it was learned: told by the model; an answer cut off, counted as far as it was seen; an answer that could not be read, taken as reserved. */
  learned: z.enum(['told', 'seen', 'reserved']),
});
export type UsageMetered = z.infer<typeof UsageMetered>;
