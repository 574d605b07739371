import type { Commit, EventStore } from '@threadbox/messaging';
import type { FleetEvent, SessionEvent } from '@threadbox/schemas';
import { FLEET, type Fleet, type FleetCommand } from '../domain/fleet.ts';

type Ports = { fleets: Pick<EventStore<Fleet, FleetCommand, FleetEvent>, 'load' | 'decide'> };

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

/**
 * session events → wishes to the fleet, one after another. A commit with several of them leaves the last one's. Nearly every turn finds its
 * sandbox running: a look that all share shows that.
 */
export const onSessionCommit = ({ fleets }: Ports, { max }: { max: number }) => {
  let line: Promise<unknown> = Promise.resolve();
  return async ({ id, correlation, aggregate, events }: Commit<SessionEvent>): Promise<void> => {
    const command = events.flatMap((event) => wish(event, aggregate.id, id, max) ?? []).at(-1);
    if (!command) return;
    if (command.type === 'wake') {
      const { state } = await fleets.load(FLEET);
      if (Object.hasOwn(state.running, command.sandbox)) return;
    }
    const decided = line.then(() => fleets.decide(FLEET, command, { id, correlation }));
    line = decided.catch(() => undefined);
    await decided;
  };
};
