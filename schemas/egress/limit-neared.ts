import { z } from 'zod';
import { LimitTouched } from './limit-touched.ts';

/** So much of a limit is used that people should know: told once a limit, period and threshold. */
export const LimitNeared = z.object({
  type: z.literal('limit-neared'),
  ...LimitTouched.shape,
  percent: z.union([z.literal(75), z.literal(95)]),
});
export type LimitNeared = z.infer<typeof LimitNeared>;
