import type { Decider } from '@threadbox/eventsourcing';
import type { AccountEvent } from '@threadbox/schemas';

export type AccountCommand = { type: 'link'; principal: string } | { type: 'unlink' };

/** The principal that somebody's account acts as, where that is another account of theirs. */
export type Account = { principal?: string };

/** One person may have an account on every platform; a linked one acts as the first. */
export const account: Decider<Account, AccountCommand, AccountEvent> = {
  initial: {},
  decide: (command, { principal }) => {
    switch (command.type) {
      case 'link':
        return principal === command.principal ? [] : [{ type: 'account-linked', principal: command.principal }];
      case 'unlink':
        return principal === undefined ? [] : [{ type: 'account-unlinked' }];
    }
  },
  evolve: (_, event) => {
    switch (event.type) {
      case 'account-linked':
        return { principal: event.principal };
      case 'account-unlinked':
        return {};
    }
  },
};
