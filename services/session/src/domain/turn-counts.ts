import type { SessionEvent } from '@threadbox/schemas';

/** How many turns a session has at work and in line, as its events tell. */
export type TurnCount = { running: number; waiting: number };

/** Nothing seen yet: what began before somebody looked is not counted. */
export const noTurns: TurnCount = { running: 0, waiting: 0 };

/** The count after an event. `ahead` says how long the line is, so a count that begins late is right from the next request on. */
export const countTurns = (count: TurnCount, event: SessionEvent): TurnCount => {
  switch (event.type) {
    case 'turn-requested':
      // All that come before it but the one that runs, and itself.
      return event.ahead === 0 ? { running: 0, waiting: 1 } : { running: 1, waiting: event.ahead };
    case 'turn-started':
      return { running: 1, waiting: Math.max(0, count.waiting - 1) };
    case 'turn-ended':
      return { ...count, running: 0 };
    case 'session-closed':
      return noTurns;
    case 'session-opened':
    case 'session-moved':
    case 'session-suspended':
    case 'question-requested':
    case 'question-answered':
    case 'question-withdrawn':
    case 'turn-revised':
    case 'trust-changed':
    case 'turn-stop-requested':
    case 'permission-requested':
    case 'permission-answered':
    case 'permission-withdrawn':
    case 'domain-allowed':
    case 'domain-forbidden':
    case 'limit-set':
    case 'limit-lifted':
    case 'way-asked':
    case 'way-answered':
      return count;
  }
};
