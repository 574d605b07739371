import { z } from 'zod';
import { Micros } from './limit.ts';

/** A call of the model may be made: the most that it is likely to cost counts as spent until it is metered, or this expires. */
export const UsageReserved = z.object({
  type: z.literal('usage-reserved'),
  at: z.iso.datetime(),
  call: z.uuid(),
  session: z.string(),
  /** The principal who speaks. */
  user: z.string(),
  micros: Micros,
  expires: z.iso.datetime(),
});
export type UsageReserved = z.infer<typeof UsageReserved>;
