import { z } from 'zod';
import { DomainAllowed } from '../egress/domain-allowed.ts';
import { DomainForbidden } from '../egress/domain-forbidden.ts';
import { LimitLifted } from '../egress/limit-lifted.ts';
import { LimitSet } from '../egress/limit-set.ts';
import { MemberAdded } from './member-added.ts';
import { MemberRemoved } from './member-removed.ts';
import { OwnerAsked } from './owner-asked.ts';
import { OwnerClaimed } from './owner-claimed.ts';
import { OwnershipDeclined } from './ownership-declined.ts';

/** All that can happen to a workspace: to its roster, and to what its sandboxes may reach and spend. */
export const WorkspaceEvent = z.discriminatedUnion('type', [
  OwnerAsked,
  OwnershipDeclined,
  OwnerClaimed,
  MemberAdded,
  MemberRemoved,
  DomainAllowed,
  DomainForbidden,
  LimitSet,
  LimitLifted,
]);
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>;
