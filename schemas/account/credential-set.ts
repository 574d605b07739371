import { z } from 'zod';

/** From now on this person's sessions use a credential of their own; the credential itself is in the vault, encrypted. */
export const CredentialSet = z.object({
  type: z.literal('credential-set'),
  /** Where in the vault. */
  slot: z.string(),
  kind: z.enum(['api-key', 'subscription']),
  /** Its last characters, by which its owner knows it. */
  ending: z.string().max(8),
  /** Where the one before it was. */
  replaces: z.string().optional(),
});
export type CredentialSet = z.infer<typeof CredentialSet>;
