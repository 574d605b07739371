import { z } from 'zod';

/** A person was let in, or got another role. */
export const MemberAdded = z.object({
  type: z.literal('member-added'),
  member: z.string(),
  role: z.enum(['owner', 'user']),
});
export type MemberAdded = z.infer<typeof MemberAdded>;
