import type { Decider } from '@threadbox/eventsourcing';
import type { ConversationEvent } from '@threadbox/schemas';

export type ConversationCommand = { type: 'bind'; session: string } | { type: 'release'; session: string };

/** The session that a conversation speaks with, if it has one. */
export type Conversation = { session?: string };

/** Which session a conversation speaks with: one at a time, and the first to bind wins. */
export const conversation: Decider<Conversation, ConversationCommand, ConversationEvent> = {
  initial: {},
  decide: (command, { session }) => {
    switch (command.type) {
      case 'bind':
        return session === undefined ? [{ type: 'conversation-bound', session: command.session }] : [];
      case 'release':
        return session === command.session ? [{ type: 'conversation-released', session }] : [];
    }
  },
  evolve: (_, event) => {
    switch (event.type) {
      case 'conversation-bound':
        return { session: event.session };
      case 'conversation-released':
        return {};
    }
  },
};
