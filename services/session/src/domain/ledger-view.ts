import type { Decider } from '@threadbox/eventsourcing';
import { emptyBalance, evolveBalance, type Balance, type LedgerEvent } from '@threadbox/schemas';

/** A workspace's ledger as the session service looks at it; the ledger itself is egress's. */
export const ledgerView: Decider<Balance, never, LedgerEvent> = {
  initial: emptyBalance,
  decide: () => [],
  evolve: evolveBalance,
};
