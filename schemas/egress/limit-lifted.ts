import { z } from 'zod';

/** There is no such limit any more: a user's where one is named, else that of the whole workspace or session. */
export const LimitLifted = z.object({ type: z.literal('limit-lifted'), user: z.string().optional(), by: z.string() });
export type LimitLifted = z.infer<typeof LimitLifted>;
