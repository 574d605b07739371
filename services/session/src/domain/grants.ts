import type { Decider } from '@threadbox/eventsourcing';
import type { PermissionGranted } from '@threadbox/schemas';

/** The id of a person's lasting grants in a workspace. */
export const grantsId = (workspace: string, person: string): string => `${workspace}/${person}`;

/** What a person allowed once and for all, in all of their sessions of one workspace. */
export const grants: Decider<readonly string[], { type: 'grant'; grant: string; by: string }, PermissionGranted> = {
  initial: [],
  decide: ({ grant, by }, granted) => (granted.includes(grant) ? [] : [{ type: 'permission-granted', grant, by }]),
  evolve: (granted, { grant }) => [...granted, grant],
};
