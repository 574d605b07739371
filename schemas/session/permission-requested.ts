import { z } from 'zod';

/** The agent asks before it acts; what exactly stays on the SANDBOX stream, under this sequence. */
export const PermissionRequested = z.object({
  type: z.literal('permission-requested'),
  turn: z.int().positive(),
  request: z.uuid(),
  grant: z.string(),
  sequence: z.int().positive(),
});
export type PermissionRequested = z.infer<typeof PermissionRequested>;
