import type { Commit, EventStore } from '@threadbox/messaging';
import type { FleetEvent, SessionEvent } from '@threadbox/schemas';
import { FLEET, type Fleet, type FleetCommand } from '../domain/fleet.ts';

type Ports = { fleets: Pick<EventStore<Fleet, FleetCommand, FleetEvent>, 'decide'> };

/** What a session's event asks of the fleet; the sandbox bears the session's id. */
const wish = (event: SessionEvent, sandbox: string, ticket: string, max: number): FleetCommand | undefined => {
  switch (event.type) {
    case 'session-opened':
      return { type: 'request', sandbox, agent: event.agent, ticket, max };
    case 'turn-started':
      return { type: 'wake', sandbox, ticket, max };
    case 'session-suspended':
      return { type: 'stop', sandbox, reason: 'idle', max };
    case 'session-closed':
      return { type: 'delete', sandbox, max };
    case 'question-requested':
    case 'question-answered':
    case 'question-withdrawn':
    case 'session-moved':
    case 'turn-requested':
    case 'turn-revised':
    case 'trust-changed':
    case 'turn-stop-requested':
    case 'turn-ended':
    case 'permission-requested':
    case 'permission-answered':
    case 'permission-withdrawn':
    case 'domain-allowed':
    case 'domain-forbidden':
    case 'limit-set':
    case 'limit-lifted':
    case 'way-asked':
    case 'way-answered':
      return undefined;
  }
};

/** session events → wishes to the fleet. A commit with several of them leaves the last one's. */
export const onSessionCommit =
  ({ fleets }: Ports, { max }: { max: number }) =>
  async ({ id, correlation, aggregate, events }: Commit<SessionEvent>): Promise<void> => {
    const command = events.flatMap((event) => wish(event, aggregate.id, id, max) ?? []).at(-1);
    if (command) await fleets.decide(FLEET, command, { id, correlation });
  };
