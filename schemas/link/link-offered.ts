import { z } from 'zod';

/** Somebody asked for a code that links another account to this one. The aggregate's id is the code's hash. */
export const LinkOffered = z.object({
  type: z.literal('link-offered'),
  account: z.string(),
  expires: z.iso.datetime(),
});
export type LinkOffered = z.infer<typeof LinkOffered>;
