import type { Cause } from '@threadbox/messaging';

/**
 * One event of a commit: which aggregate it happened to, what else was decided with it, the commit as a cause, and its sequence on
 * EVENTS.
 */
export type Fact<Event, All = Event> = {
  event: Event;
  id: string;
  together: readonly All[];
  cause: Cause;
  sequence: number;
};
