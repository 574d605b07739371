import { Rejected } from '@threadbox/eventsourcing';
import type { Delivery } from '@threadbox/messaging';
import type { EditAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';

/** edit-admitted → the words of a turn that still waits; what the agent has already stays as it was. */
export const onEditAdmitted =
  ({ sessions, conversations }: Pick<Ports, 'sessions' | 'conversations'>) =>
  async ({ id, correlation, data }: EditAdmitted, { sequence }: Pick<Delivery, 'sequence'>): Promise<void> => {
    const { state } = await conversations.load(data.conversation);
    if (state.session === undefined || data.text.trim() === '') return;
    const cause = { id, correlation, principal: data.principal };
    try {
      await sessions.decide(state.session, { type: 'revise', message: data.of, sequence }, cause);
    } catch (error) {
      // Closed in the meantime: nothing of it waits.
      if (!(error instanceof Rejected)) throw error;
    }
  };
