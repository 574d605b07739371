import type { Commit, Delivery } from '@threadbox/messaging';
import type { EgressEvent, FleetEvent, LedgerEvent, SessionEvent } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { createTurnMetrics } from '../adapters/turn-metrics.ts';
import { onSandboxDeleted, onSandboxFailed, onSandboxQueued, onSandboxStarted } from './on-fleet-event.ts';
import { onLimitNeared, onLimitReached } from './on-limit.ts';
import { onPermissionAnswered, onPermissionWithdrawn } from './on-permission-answered.ts';
import { onPermissionRequested } from './on-permission-requested.ts';
import { onQuestionAnswered, onQuestionRequested, onQuestionWithdrawn } from './on-question.ts';
import { onSessionClosed } from './on-session-closed.ts';
import { onSessionMoved } from './on-session-moved.ts';
import { onTurnRequested } from './on-turn-requested.ts';
import { onTurnStarted } from './on-turn-started.ts';
import { onTurnStopRequested } from './on-turn-stop-requested.ts';
import { onWayAnswered, onWayAsked } from './on-way-asked.ts';
import { onWayRefused } from './on-way-refused.ts';
import { yieldPlace } from './yield-place.ts';

type CommitHandler<Event> = (commit: Commit<Event>, delivery: Pick<Delivery, 'sequence'>) => Promise<void>;

/** One event of a commit after the other, each with what it happened with. */
const inOrder =
  <Event>(handle: (event: Event, fact: Omit<Fact<never, Event>, 'event'>) => Promise<void>) =>
  async (
    { id, correlation, aggregate, events }: Commit<Event>,
    { sequence }: Pick<Delivery, 'sequence'>,
  ): Promise<void> => {
    const fact = { id: aggregate.id, together: events, cause: { id, correlation }, sequence };
    for (const event of events) await handle(event, fact);
  };

/** Each event of a session's commit, in order, to its reactor; counts turns, so a process has one of it. */
export const onSessionCommit = (ports: Ports): CommitHandler<SessionEvent> => {
  const requested = onTurnRequested(ports);
  const started = onTurnStarted(ports);
  const stopping = onTurnStopRequested(ports);
  const asked = onPermissionRequested(ports);
  const answered = onPermissionAnswered(ports);
  const withdrawn = onPermissionWithdrawn(ports);
  const questioned = onQuestionRequested(ports);
  const replied = onQuestionAnswered(ports);
  const unasked = onQuestionWithdrawn(ports);
  const moved = onSessionMoved(ports);
  const closed = onSessionClosed(ports);
  const wayAsked = onWayAsked(ports);
  const wayAnswered = onWayAnswered(ports);

  const handle = async (event: SessionEvent, fact: Omit<Fact<never, SessionEvent>, 'event'>): Promise<void> => {
    switch (event.type) {
      case 'turn-requested':
        return requested({ ...fact, event });
      case 'turn-started':
        return started({ ...fact, event });
      case 'turn-stop-requested':
        return stopping({ ...fact, event });
      case 'permission-requested':
        return asked({ ...fact, event });
      case 'permission-answered':
        return answered({ ...fact, event });
      case 'permission-withdrawn':
        return withdrawn({ ...fact, event });
      case 'session-closed':
        return closed({ ...fact, event });
      case 'question-requested':
        return questioned({ ...fact, event });
      case 'question-answered':
        return replied({ ...fact, event });
      case 'question-withdrawn':
        return unasked({ ...fact, event });
      case 'session-moved':
        return moved({ ...fact, event });
      case 'session-opened':
        return ports.watchIdle(fact.id, fact.cause);
      case 'turn-ended':
        // Sleep comes unless something is said, and at once where others wait.
        await ports.watchIdle(fact.id, fact.cause);
        return yieldPlace(ports, fact.cause);
      case 'way-asked':
        return wayAsked({ ...fact, event });
      case 'way-answered':
        return wayAnswered({ ...fact, event });
      case 'turn-revised':
      case 'trust-changed':
      case 'session-suspended':
      case 'domain-allowed':
      case 'domain-forbidden':
      case 'limit-set':
      case 'limit-lifted':
        return;
    }
  };
  const counted = createTurnMetrics(ports);
  const each = inOrder(handle);
  return async (commit, delivery) => {
    await each(commit, delivery);
    counted(commit.aggregate.id, commit.events);
  };
};

/** Each event of the fleet that a session has to know of, to its reactor. */
export const onFleetCommit = (ports: Ports): CommitHandler<FleetEvent> => {
  const queued = onSandboxQueued(ports);
  const started = onSandboxStarted(ports);
  const failed = onSandboxFailed(ports);
  const deleted = onSandboxDeleted(ports);

  const handle = async (event: FleetEvent, fact: Omit<Fact<never, FleetEvent>, 'event'>): Promise<void> => {
    switch (event.type) {
      case 'sandbox-queued':
        return queued({ ...fact, event });
      case 'sandbox-started':
        return started({ ...fact, event });
      case 'sandbox-failed':
        return failed({ ...fact, event });
      case 'sandbox-deleted':
        return deleted({ ...fact, event });
      case 'sandbox-requested':
      case 'sandbox-stopped':
        return;
    }
  };
  return inOrder(handle);
};

/** Each decision of egress that a thread has to know of, to its reactor. */
export const onEgressCommit = (ports: Ports): CommitHandler<EgressEvent> => {
  const refused = onWayRefused(ports);
  return inOrder(async (event, fact) => {
    if (event.type === 'way-refused') await refused({ ...fact, event });
  });
};

/** What a workspace's ledger says about limits, to its reactors; single calls concern nobody here. */
export const onLedgerCommit = (ports: Ports): CommitHandler<LedgerEvent> => {
  const neared = onLimitNeared(ports);
  const reached = onLimitReached(ports);
  return inOrder(async (event, fact) => {
    if (event.type === 'limit-neared') await neared({ ...fact, event });
    if (event.type === 'limit-reached') await reached({ ...fact, event });
  });
};
