import { z } from 'zod';
import { Limit, LimitScope, Micros } from './limit.ts';

/** A limit, how much of it is used, and the session whose call touched it. */
export const LimitTouched = z.object({
  at: z.iso.datetime(),
  scope: LimitScope,
  /** The user or session that it limits; of a workspace's, the workspace. */
  of: z.string(),
  limit: Limit,
  used: Micros,
  session: z.string(),
});
