import { createEventStore, type Bus } from '@threadbox/messaging';
import { deriveId, type WorkspaceEvent } from '@threadbox/schemas';

let calls = 0;

/** Appends so many commits to a workspace; its nth removes member `m<n>`, counted from 0. */
export const appendRemovals = async (bus: Bus, workspace: string, times: number): Promise<void> => {
  const store = createEventStore(bus, 'workspace', {
    initial: 0,
    decide: (_: object, n: number): WorkspaceEvent[] => [{ type: 'member-removed', member: `m${n}` }],
    evolve: (n: number) => n + 1,
  });
  for (let n = 0; n < times; n += 1) {
    calls += 1;
    await store.decide(workspace, {}, { id: deriveId('call', calls), correlation: deriveId('call', calls) });
  }
};
