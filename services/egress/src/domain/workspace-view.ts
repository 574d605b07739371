import type { Decider } from '@threadbox/eventsourcing';
import {
  evolveAllowance,
  isAllowanceEvent,
  noAllowance,
  type Allowance,
  type WorkspaceEvent,
} from '@threadbox/schemas';

/** What a workspace allows, as egress looks at it; the workspace itself is auth's. */
export const workspaceView: Decider<Allowance, never, WorkspaceEvent> = {
  initial: noAllowance,
  decide: () => [],
  evolve: (allowance, event) => (isAllowanceEvent(event) ? evolveAllowance(allowance, event) : allowance),
};
