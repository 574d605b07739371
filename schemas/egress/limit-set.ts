import { z } from 'zod';
import { Limit } from './limit.ts';

/** From now on no more than this may be spent: by a user of the workspace where one is named, else by the whole of it. */
export const LimitSet = z.object({
  type: z.literal('limit-set'),
  user: z.string().optional(),
  limit: Limit,
  by: z.string(),
});
export type LimitSet = z.infer<typeof LimitSet>;
