import { z } from 'zod';

/** The code was used by this account, and is worth nothing any more. */
export const LinkTaken = z.object({ type: z.literal('link-taken'), by: z.string() });
export type LinkTaken = z.infer<typeof LinkTaken>;
