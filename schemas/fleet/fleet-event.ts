import { z } from 'zod';
import { SandboxDeleted } from './sandbox-deleted.ts';
import { SandboxFailed } from './sandbox-failed.ts';
import { SandboxQueued } from './sandbox-queued.ts';
import { SandboxRequested } from './sandbox-requested.ts';
import { SandboxStarted } from './sandbox-started.ts';
import { SandboxStopped } from './sandbox-stopped.ts';

/** All that can happen in the fleet of sandboxes: who runs, who waits, who is gone. */
export const FleetEvent = z.discriminatedUnion('type', [
  SandboxRequested,
  SandboxQueued,
  SandboxStarted,
  SandboxStopped,
  SandboxFailed,
  SandboxDeleted,
]);
export type FleetEvent = z.infer<typeof FleetEvent>;
