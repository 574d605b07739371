import type { Decider } from '@threadbox/eventsourcing';
import type { AccountEvent } from '@threadbox/schemas';

/** Where somebody's own credential is, if they gave one. */
export type OwnCredential = { slot: string; kind: 'api-key' | 'subscription' } | undefined;

/** Read from the events of somebody's account, which auth owns: nothing is decided here. */
export const ownCredential: Decider<{ credential: OwnCredential }, never, AccountEvent> = {
  initial: { credential: undefined },
  decide: () => [],
  evolve: (state, event) => {
    switch (event.type) {
      case 'credential-set':
        return { credential: { slot: event.slot, kind: event.kind } };
      case 'credential-removed':
        return { credential: undefined };
      case 'account-linked':
      case 'account-unlinked':
        return state;
    }
  },
};
