import { Rejected, type Decider } from '@threadbox/eventsourcing';
import type { LinkEvent } from '@threadbox/schemas';

/** `now` and `expires` are ISO 8601 in UTC. */
export type LinkCommand =
  | { type: 'offer'; account: string; expires: string }
  | { type: 'take'; by: string; now: string };

/** Why a code links nothing. */
export type LinkRefusal = 'unknown-code' | 'same-account';

export type Link =
  | { status: 'none' }
  | { status: 'offered'; account: string; expires: string }
  | { status: 'taken'; account: string; by: string };

/** A code that links accounts: good once, for a while. Its id is the code's hash. */
export const link: Decider<Link, LinkCommand, LinkEvent> = {
  initial: { status: 'none' },
  decide: (command, state) => {
    switch (command.type) {
      case 'offer':
        return state.status === 'none'
          ? [{ type: 'link-offered', account: command.account, expires: command.expires }]
          : [];
      case 'take':
        // Delivered again: it was this one.
        if (state.status === 'taken' && state.by === command.by) return [];
        // One word for unknown, used and expired: a guesser learns nothing.
        if (state.status !== 'offered' || command.now > state.expires) throw new Rejected<LinkRefusal>('unknown-code');
        if (state.account === command.by) throw new Rejected<LinkRefusal>('same-account');
        return [{ type: 'link-taken', by: command.by }];
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'link-offered':
        return { status: 'offered', account: event.account, expires: event.expires };
      case 'link-taken':
        return state.status === 'none' ? state : { status: 'taken', account: state.account, by: event.by };
    }
  },
};
