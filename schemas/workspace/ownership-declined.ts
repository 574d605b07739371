import { z } from 'zod';

/** The question was answered No: it is withdrawn, and asked again on the next contact. */
export const OwnershipDeclined = z.object({ type: z.literal('ownership-declined'), by: z.string() });
export type OwnershipDeclined = z.infer<typeof OwnershipDeclined>;
