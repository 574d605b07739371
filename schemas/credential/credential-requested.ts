import { z } from 'zod';

/** Somebody wants to give a credential of their own to the model. The aggregate's id is the hash of the code that they got. */
export const CredentialRequested = z.object({
  type: z.literal('credential-requested'),
  principal: z.string(),
  /** Where they are told what came of it. */
  conversation: z.string(),
  expires: z.iso.datetime(),
});
export type CredentialRequested = z.infer<typeof CredentialRequested>;
