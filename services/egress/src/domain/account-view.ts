import type { Decider } from '@threadbox/eventsourcing';
import type { AccountEvent } from '@threadbox/schemas';

/** The principal that somebody's account acts as, where that is another one; accounts themselves are auth's. */
export const accountView: Decider<{ principal?: string }, never, AccountEvent> = {
  initial: {},
  decide: () => [],
  evolve: (_, event) => (event.type === 'account-linked' ? { principal: event.principal } : {}),
};
