import type { Decider } from '@threadbox/eventsourcing';
import type { FleetEvent } from '@threadbox/schemas';

/** How each sandbox stands, in words for `/claude status`. */
export type FleetView = Readonly<Record<string, string>>;

/** The fleet as the session service looks at it; the fleet itself is the sandbox service's. */
export const fleetView: Decider<FleetView, never, FleetEvent> = {
  initial: {},
  decide: () => [],
  evolve: (view, event) => {
    switch (event.type) {
      case 'sandbox-requested':
        return view;
      case 'sandbox-queued':
        return { ...view, [event.sandbox]: `number ${event.place} in line` };
      case 'sandbox-started':
        return { ...view, [event.sandbox]: 'running' };
      case 'sandbox-stopped':
        return { ...view, [event.sandbox]: event.reason === 'idle' ? 'asleep; the next message wakes it' : 'stopped' };
      case 'sandbox-failed':
        return { ...view, [event.sandbox]: `failed: ${event.reason}` };
      case 'sandbox-deleted': {
        const { [event.sandbox]: _gone, ...rest } = view;
        return rest;
      }
    }
  },
};
