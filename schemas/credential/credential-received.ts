import { z } from 'zod';

/** It was given; the code is worth nothing any more. */
export const CredentialReceived = z.object({ type: z.literal('credential-received') });
export type CredentialReceived = z.infer<typeof CredentialReceived>;
