import { z } from 'zod';
import { Way } from './way.ts';

/** How often a sandbox went ways that were decided before, since the last count: the most frequent by name, the others as a sum. */
export const WaysCounted = z.object({
  type: z.literal('ways-counted'),
  ways: z.array(Way.extend({ verdict: z.enum(['allowed', 'refused']), times: z.int().positive() })).max(20),
  others: z.object({ allowed: z.int().nonnegative(), refused: z.int().nonnegative() }),
});
export type WaysCounted = z.infer<typeof WaysCounted>;
