import type { Decider } from '@threadbox/eventsourcing';
import type { AccountEvent, CredentialSet } from '@threadbox/schemas';

/** What egress knows of somebody's account. */
export type AccountView = {
  /** The principal that it acts as, where that is another one. */
  principal?: string;
  /** Where the person's own credential to the model is, if they gave one. */
  credential?: Pick<CredentialSet, 'slot' | 'kind'>;
};

/** Accounts as egress looks at them; they are auth's. */
export const accountView: Decider<AccountView, never, AccountEvent> = {
  initial: {},
  decide: () => [],
  evolve: ({ principal, credential }, event) => {
    const linked = principal === undefined ? {} : { principal };
    const own = credential && { credential };
    switch (event.type) {
      case 'account-linked':
        return { principal: event.principal, ...own };
      case 'account-unlinked':
        return { ...own };
      case 'credential-set':
        return { ...linked, credential: { slot: event.slot, kind: event.kind } };
      case 'credential-removed':
        return linked;
    }
  },
};
