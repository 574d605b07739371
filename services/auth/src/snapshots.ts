import type { SnapshotName } from '@threadbox/messaging';

/** The states that are put by, see `libs/messaging/src/snapshots.ts`. A state whose shape changes gets another version. */
export const snapshots = {
  workspace: { name: 'auth.workspace', version: 2 },
  ways: { name: 'auth.ways', version: 1 },
} as const satisfies Record<string, SnapshotName>;
