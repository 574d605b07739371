import { Rejected } from '@threadbox/eventsourcing';
import type { Cause, EventStore, Notice } from '@threadbox/messaging';
import { CODE_LIFE, codeId, createCode } from '@threadbox/one-time-code';
import { deriveId, type AccountEvent, type CredentialDeposited, type CredentialEvent } from '@threadbox/schemas';
import type { Account, AccountCommand } from '../domain/account.ts';
import type { Credential, CredentialCommand } from '../domain/credential.ts';
import {
  CREDENTIAL_IN_THE_CLEAR,
  CREDENTIAL_LATE,
  CREDENTIAL_REMOVED,
  credentialPageWord,
  credentialSetWord,
  isInTheClear,
  NO_CREDENTIAL,
} from '../domain/words.ts';

type Ports = {
  accounts: EventStore<Account, AccountCommand, AccountEvent>;
  credentials: EventStore<Credential, CredentialCommand, CredentialEvent>;
  /** Where people reach the gateway, with no slash at its end. */
  publicUrl: string;
  notify: (notice: Notice, cause: Cause) => Promise<void>;
  /** Empties a slot of the vault. */
  empty: (slot: string) => Promise<void>;
};

/**
 * Gives out the address of a page for a credential, and tells it in a sentence. The code stands behind `#`: browsers send that
 * to no server, so it is in no log.
 */
export const requestCredential = async (
  { accounts, credentials, publicUrl }: Pick<Ports, 'accounts' | 'credentials' | 'publicUrl'>,
  { principal, conversation }: { principal: string; conversation: string },
  cause: Cause,
): Promise<string> => {
  if (isInTheClear(publicUrl)) return CREDENTIAL_IN_THE_CLEAR;
  const code = createCode();
  const expires = new Date(Date.now() + CODE_LIFE).toISOString();
  const { state } = await accounts.load(principal);
  await credentials.decide(codeId(code), { type: 'request', principal, conversation, expires }, cause);
  return credentialPageWord(`${publicUrl}/credential#${code}`, CODE_LIFE / 60_000, state.credential?.ending);
};

/** Forgets somebody's credential, and tells it in a sentence. */
export const removeCredential = async (
  { accounts, empty }: Pick<Ports, 'accounts' | 'empty'>,
  principal: string,
  cause: Cause,
): Promise<string> => {
  const { state } = await accounts.decide(principal, { type: 'remove-credential' }, cause);
  // From the state: done again after a crash, the slot is still emptied.
  if (state.removed === undefined) return NO_CREDENTIAL;
  await empty(state.removed);
  return CREDENTIAL_REMOVED;
};

/** credential-deposited → it counts from now on, and the one before it is gone; or it is thrown away. */
export const onCredentialDeposited =
  ({ accounts, credentials, notify, empty }: Omit<Ports, 'publicUrl'>) =>
  async ({ id, correlation, time, data: { slot, kind, ending } }: CredentialDeposited): Promise<void> => {
    const cause = { id, correlation };
    const tell = (conversation: string, text: string): Promise<void> =>
      notify({ conversation, delivery: deriveId('answer', id), text }, cause);
    try {
      // When it was put in counts, not when we came to it.
      const { state } = await credentials.decide(slot, { type: 'receive', now: time }, cause);
      if (state.status === 'none') return;
      const { principal, conversation } = state;
      const { state: now } = await accounts.decide(principal, { type: 'set-credential', slot, kind, ending }, cause);
      const replaced = now.credential?.replaces;
      if (replaced !== undefined) await empty(replaced);
      await tell(conversation, credentialSetWord(kind, ending));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      await empty(slot);
      const { state } = await credentials.load(slot);
      if (state.status === 'requested') await tell(state.conversation, CREDENTIAL_LATE);
    }
  };
