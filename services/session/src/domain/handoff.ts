import { Rejected, type Decider } from '@threadbox/eventsourcing';
import type { HandoffEvent } from '@threadbox/schemas';

/** `now` and `expires` are ISO 8601 in UTC. */
export type HandoffCommand =
  | { type: 'offer'; session: string; expires: string }
  | { type: 'take'; by: string; conversation: string; now: string };

/** The session that a code hands over, and where it was taken to. */
export type Handoff =
  | { status: 'none' }
  | { status: 'offered'; session: string; expires: string }
  | { status: 'taken'; session: string; by: string; conversation: string };

/** A code that hands a session over: good once, for a while. Its id is the code's hash. */
export const handoff: Decider<Handoff, HandoffCommand, HandoffEvent> = {
  initial: { status: 'none' },
  decide: (command, state) => {
    switch (command.type) {
      case 'offer':
        return state.status === 'none'
          ? [{ type: 'handoff-offered', session: command.session, expires: command.expires }]
          : [];
      case 'take':
        // Delivered again: it was this one.
        if (state.status === 'taken' && state.by === command.by && state.conversation === command.conversation)
          return [];
        // One word for unknown, used and expired: a guesser learns nothing.
        if (state.status !== 'offered' || command.now > state.expires)
          throw new Rejected<'unknown-code'>('unknown-code');
        return [{ type: 'handoff-taken', by: command.by, conversation: command.conversation }];
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'handoff-offered':
        return { status: 'offered', session: event.session, expires: event.expires };
      case 'handoff-taken':
        return state.status === 'none'
          ? state
          : { status: 'taken', session: state.session, by: event.by, conversation: event.conversation };
    }
  },
};
