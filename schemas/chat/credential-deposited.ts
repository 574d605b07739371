import type { z } from 'zod';
import { message } from '../envelope.ts';
import { CredentialSet } from '../account/credential-set.ts';

/** Somebody who has a code put a credential into the vault; auth says whether it counts. It is not in here. */
export const CredentialDeposited = message(
  'credential-deposited',
  CredentialSet.pick({ slot: true, kind: true, ending: true }),
);
export type CredentialDeposited = z.infer<typeof CredentialDeposited>;
