import type { Decider } from '@threadbox/eventsourcing';
import type { SessionEvent } from '@threadbox/schemas';

/**
 * The hosts that a session's sandbox wanted to reach and nobody allowed, in the order in which they were asked about. The
 * session itself is the session service's.
 */
export const askedWays: Decider<readonly string[], never, SessionEvent> = {
  initial: [],
  decide: () => [],
  evolve: (hosts, event) => (event.type === 'way-asked' ? [...hosts, event.host] : hosts),
};
