import { z } from 'zod';

/** The turn ended before anybody answered: the question no longer stands. */
export const PermissionWithdrawn = z.object({
  type: z.literal('permission-withdrawn'),
  request: z.uuid(),
  sequence: z.int().positive(),
});
export type PermissionWithdrawn = z.infer<typeof PermissionWithdrawn>;
