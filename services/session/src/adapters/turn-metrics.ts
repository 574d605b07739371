import { counter, observed } from '@threadbox/metrics';
import { TurnOutcome, type SessionEvent } from '@threadbox/schemas';
import type { Session } from '../domain/session.ts';

/**
 * Counts the turns of the sessions whose commits pass by here. Which sessions have turns is learned from those commits; how many they
 * have, from the log, when somebody scrapes: so another replica's work is not counted as still going on. Once a process.
 */
export const createTurnMetrics = ({
  sessions,
}: {
  sessions: { load: (id: string) => Promise<{ state: Session }> };
}): ((session: string, events: readonly SessionEvent[]) => void) => {
  const ended = counter(
    'threadbox_turns_total',
    TurnOutcome.options.map((outcome) => ({ outcome })),
  );
  const busy = new Set<string>();
  const turnsOf = async (id: string): Promise<{ running: number; waiting: number }> => {
    const { state } = await sessions.load(id);
    const turns =
      state.status === 'open'
        ? { running: state.running ? 1 : 0, waiting: state.queue.length }
        : { running: 0, waiting: 0 };
    if (turns.running + turns.waiting === 0) busy.delete(id);
    return turns;
  };
  observed(['threadbox_turns_running', 'threadbox_turns_waiting'], async (observe) => {
    const all = await Promise.all([...busy].map(turnsOf));
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
    for (const event of events) {
      if (event.type === 'turn-requested') busy.add(session);
      if (event.type === 'turn-ended') ended({ outcome: event.outcome });
    }
    const isOver =
      events.some(({ type }) => type === 'turn-ended') && !events.some(({ type }) => type === 'turn-started');
    if (isOver || events.some(({ type }) => type === 'session-closed')) busy.delete(session);
    else if (events.some(({ type }) => type === 'turn-started')) busy.add(session);
  };
};
