import { z } from 'zod';
import { AccountEvent } from './account/account-event.ts';
import { CredentialEvent } from './credential/credential-event.ts';
import { EgressEvent } from './egress/egress-event.ts';
import { LedgerEvent } from './egress/ledger-event.ts';
import { FleetEvent } from './fleet/fleet-event.ts';
import { HandoffEvent } from './handoff/handoff-event.ts';
import { LinkEvent } from './link/link-event.ts';
import { ConversationEvent } from './session/conversation-event.ts';
import { PermissionGranted } from './session/permission-granted.ts';
import { SessionEvent } from './session/session-event.ts';
import { WorkspaceEvent } from './workspace/workspace-event.ts';

/** Every aggregate, its events, and the one service that may write them (NATS permissions say so). */
export const aggregates = {
  workspace: { owner: 'auth', events: WorkspaceEvent },
  account: { owner: 'auth', events: AccountEvent },
  link: { owner: 'auth', events: LinkEvent },
  credential: { owner: 'auth', events: CredentialEvent },
  conversation: { owner: 'session', events: ConversationEvent },
  session: { owner: 'session', events: SessionEvent },
  grants: { owner: 'session', events: z.discriminatedUnion('type', [PermissionGranted]) },
  handoff: { owner: 'session', events: HandoffEvent },
  fleet: { owner: 'sandbox', events: FleetEvent },
  egress: { owner: 'egress', events: EgressEvent },
  ledger: { owner: 'egress', events: LedgerEvent },
} as const;

export type AggregateType = keyof typeof aggregates;

/** The events of one aggregate. */
export type EventOf<T extends AggregateType> = z.infer<(typeof aggregates)[T]['events']>;
