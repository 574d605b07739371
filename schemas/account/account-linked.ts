import { z } from 'zod';

/** This account is another one of the same person: from now on it acts as `principal`. */
export const AccountLinked = z.object({ type: z.literal('account-linked'), principal: z.string() });
export type AccountLinked = z.infer<typeof AccountLinked>;
