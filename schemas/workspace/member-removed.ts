import { z } from 'zod';

/** A person no longer belongs here. */
export const MemberRemoved = z.object({ type: z.literal('member-removed'), member: z.string() });
export type MemberRemoved = z.infer<typeof MemberRemoved>;
