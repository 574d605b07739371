import { z } from 'zod';

/** This person's sessions use the house's credential again. */
export const CredentialRemoved = z.object({ type: z.literal('credential-removed'), slot: z.string() });
export type CredentialRemoved = z.infer<typeof CredentialRemoved>;
