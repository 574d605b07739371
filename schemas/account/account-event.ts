import { z } from 'zod';
import { AccountLinked } from './account-linked.ts';
import { AccountUnlinked } from './account-unlinked.ts';
import { CredentialRemoved } from './credential-removed.ts';
import { CredentialSet } from './credential-set.ts';

/** All that can happen to somebody's account on a platform. */
export const AccountEvent = z.discriminatedUnion('type', [
  AccountLinked,
  AccountUnlinked,
  CredentialSet,
  CredentialRemoved,
]);
export type AccountEvent = z.infer<typeof AccountEvent>;
