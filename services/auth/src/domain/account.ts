import type { Decider } from '@threadbox/eventsourcing';
import type { AccountEvent, CredentialSet } from '@threadbox/schemas';

type Given = Pick<CredentialSet, 'slot' | 'kind' | 'ending'>;

export type AccountCommand =
  | { type: 'link'; principal: string }
  | { type: 'unlink' }
  | ({ type: 'set-credential' } & Given)
  | { type: 'remove-credential' };

export type Account = {
  /** The principal that this account acts as, where that is another account of the same person. */
  principal?: string;
  /** The person's own credential to the model, and what it replaced. */
  credential?: Given & { replaces?: string | undefined };
  /** The slot of the credential that was removed last. */
  removed?: string;
};

/** One person may have an account on every platform; a linked one acts as the first. */
export const account: Decider<Account, AccountCommand, AccountEvent> = {
  initial: {},
  decide: (command, { principal, credential }) => {
    switch (command.type) {
      case 'link':
        return principal === command.principal ? [] : [{ type: 'account-linked', principal: command.principal }];
      case 'unlink':
        return principal === undefined ? [] : [{ type: 'account-unlinked' }];
      case 'set-credential': {
        const { slot, kind, ending } = command;
        if (credential?.slot === slot) return [];
        return [{ type: 'credential-set', slot, kind, ending, ...(credential && { replaces: credential.slot }) }];
      }
      case 'remove-credential':
        return credential ? [{ type: 'credential-removed', slot: credential.slot }] : [];
    }
  },
  evolve: ({ principal, ...rest }, event) => {
    const linked = principal === undefined ? {} : { principal };
    switch (event.type) {
      case 'account-linked':
        return { ...rest, principal: event.principal };
      case 'account-unlinked':
        return rest;
      case 'credential-set': {
        const { slot, kind, ending, replaces } = event;
        return { ...linked, credential: { slot, kind, ending, replaces } };
      }
      case 'credential-removed':
        return { ...linked, removed: event.slot };
    }
  },
};
