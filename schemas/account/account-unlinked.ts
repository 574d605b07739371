import { z } from 'zod';

/** This account acts for itself again. */
export const AccountUnlinked = z.object({ type: z.literal('account-unlinked') });
export type AccountUnlinked = z.infer<typeof AccountUnlinked>;
