import { counter, observed } from '@threadbox/metrics';
import { TurnOutcome, type SessionEvent } from '@threadbox/schemas';
import { countTurns, noTurns, type TurnCount } from '../domain/turn-counts.ts';

/** Counts the turns of the sessions whose commits pass by here. */
export const createTurnMetrics = (): ((session: string, events: readonly SessionEvent[]) => void) => {
  const ended = counter(
    'threadbox_turns_total',
    TurnOutcome.options.map((outcome) => ({ outcome })),
  );
  /** Those with turns; the others need no place. */
  const busy = new Map<string, TurnCount>();
  observed(['threadbox_turns_running', 'threadbox_turns_waiting'], (observe) => {
    const all = [...busy.values()];
    observe(
      'threadbox_turns_running',
      all.reduce((sum, { running }) => sum + running, 0),
      {},
    );
    observe(
      'threadbox_turns_waiting',
      all.reduce((sum, { waiting }) => sum + waiting, 0),
      {},
    );
  });
  return (session, events) => {
    const count = events.reduce(countTurns, busy.get(session) ?? noTurns);
    if (count.running + count.waiting === 0) busy.delete(session);
    else busy.set(session, count);
    for (const event of events) if (event.type === 'turn-ended') ended({ outcome: event.outcome });
  };
};
