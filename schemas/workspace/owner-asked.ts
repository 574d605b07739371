import { z } from 'zod';

/** Somebody spoke in a workspace without an owner, and was asked whether they are it. */
export const OwnerAsked = z.object({
  type: z.literal('owner-asked'),
  by: z.string(),
  conversation: z.string(),
  /** The message that was held back until the question is answered. */
  message: z.uuid(),
  sequence: z.int().positive(),
});
export type OwnerAsked = z.infer<typeof OwnerAsked>;
