import { z } from 'zod';
import { CredentialReceived } from './credential-received.ts';
import { CredentialRequested } from './credential-requested.ts';

/** All that can happen to a code with which a credential is given. */
export const CredentialEvent = z.discriminatedUnion('type', [CredentialRequested, CredentialReceived]);
export type CredentialEvent = z.infer<typeof CredentialEvent>;
