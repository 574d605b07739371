import { Rejected, type Decider } from '@threadbox/eventsourcing';
import type { CredentialEvent } from '@threadbox/schemas';

/** `now` and `expires` are ISO 8601 in UTC. */
export type CredentialCommand =
  | { type: 'request'; principal: string; conversation: string; expires: string }
  | { type: 'receive'; now: string };

/** Why what was given does not count. */
type CredentialRefusal = 'unknown-code' | 'expired';

export type Credential =
  | { status: 'none' }
  | { status: 'requested' | 'received'; principal: string; conversation: string; expires: string };

/** A code with which somebody gives a credential of their own: good once, for a while. Its id is the code's hash. */
export const credential: Decider<Credential, CredentialCommand, CredentialEvent> = {
  initial: { status: 'none' },
  decide: (command, state) => {
    switch (command.type) {
      case 'request': {
        const { principal, conversation, expires } = command;
        return state.status === 'none' ? [{ type: 'credential-requested', principal, conversation, expires }] : [];
      }
      case 'receive':
        if (state.status === 'none') throw new Rejected<CredentialRefusal>('unknown-code');
        // Delivered again: it was this one, for the gateway puts nothing where something was put.
        if (state.status === 'received') return [];
        if (command.now > state.expires) throw new Rejected<CredentialRefusal>('expired');
        return [{ type: 'credential-received' }];
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'credential-requested': {
        const { principal, conversation, expires } = event;
        return { status: 'requested', principal, conversation, expires };
      }
      case 'credential-received':
        return state.status === 'none' ? state : { ...state, status: 'received' };
    }
  },
};
