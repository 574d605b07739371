import type { Decider } from '@threadbox/eventsourcing';
import type { FleetEvent } from '@threadbox/schemas';

/** How one sandbox stands. */
export type SandboxView =
  | { status: 'waiting'; place: number }
  | { status: 'running' }
  | { status: 'failed'; reason: string };

/** Every sandbox that runs, waits or failed, by id. Those that sleep are very many in time, and their sessions know it. */
export type FleetView = Readonly<Record<string, SandboxView>>;

/** The ids of the sandboxes that stand like this. */
export const inStatus = (view: FleetView, status: SandboxView['status']): string[] =>
  Object.entries(view).flatMap(([id, sandbox]) => (sandbox.status === status ? [id] : []));

const without = (view: FleetView, sandbox: string): FleetView => {
  const { [sandbox]: _gone, ...rest } = view;
  return rest;
};

/** The fleet as the session service looks at it; the fleet itself is the sandbox service's. */
export const fleetView: Decider<FleetView, never, FleetEvent> = {
  initial: {},
  decide: () => [],
  evolve: (view, event) => {
    switch (event.type) {
      case 'sandbox-requested':
        return view;
      case 'sandbox-queued':
        return { ...view, [event.sandbox]: { status: 'waiting', place: event.place } };
      case 'sandbox-started':
        return { ...view, [event.sandbox]: { status: 'running' } };
      case 'sandbox-stopped':
        return event.reason === 'failed' ? view : without(view, event.sandbox);
      case 'sandbox-failed':
        return { ...view, [event.sandbox]: { status: 'failed', reason: event.reason } };
      case 'sandbox-deleted':
        return without(view, event.sandbox);
    }
  },
};
