import { z } from 'zod';
import { MemberAdded } from './member-added.ts';
import { MemberRemoved } from './member-removed.ts';
import { OwnerAsked } from './owner-asked.ts';
import { OwnerClaimed } from './owner-claimed.ts';
import { OwnershipDeclined } from './ownership-declined.ts';

/** All that can happen to a workspace's roster. */
export const WorkspaceEvent = z.discriminatedUnion('type', [
  OwnerAsked,
  OwnershipDeclined,
  OwnerClaimed,
  MemberAdded,
  MemberRemoved,
]);
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>;
