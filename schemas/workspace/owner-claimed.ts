import { z } from 'zod';

/** The first Yes: this person is the workspace's first owner. */
export const OwnerClaimed = z.object({ type: z.literal('owner-claimed'), owner: z.string() });
export type OwnerClaimed = z.infer<typeof OwnerClaimed>;
