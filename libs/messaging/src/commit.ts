import type { Principal } from '@threadbox/schemas';

/** One decision as it stands on the EVENTS stream. */
export type Commit<Event> = {
  id: string;
  time: string;
  causation: string;
  correlation: string;
  aggregate: { type: string; id: string };
  principal?: Principal | undefined;
  events: Event[];
};
