import { z } from 'zod';

/** How far an answer reaches: this once, this session, every session of this person here, or no. */
export const PermissionChoice = z.enum(['once', 'session', 'always', 'deny']);
export type PermissionChoice = z.infer<typeof PermissionChoice>;

/** A permission request was answered, by a person or by an earlier answer that covers it. */
export const PermissionAnswered = z.object({
  type: z.literal('permission-answered'),
  request: z.uuid(),
  choice: PermissionChoice,
  by: z.string(),
  /** The message that answered it, where somebody typed instead of pressing: it is no turn. */
  message: z.uuid().optional(),
  /** Where the question's words are, on the SANDBOX stream. */
  sequence: z.int().positive(),
});
export type PermissionAnswered = z.infer<typeof PermissionAnswered>;
