import { z } from 'zod';
import { LimitTouched } from './limit-touched.ts';
import { Micros } from './limit.ts';

/** A call was refused, because it might have cost more than is left: told once a limit, period and session. */
export const LimitReached = z.object({
  type: z.literal('limit-reached'),
  ...LimitTouched.shape,
  /** What the call might have cost. */
  asked: Micros,
});
export type LimitReached = z.infer<typeof LimitReached>;
