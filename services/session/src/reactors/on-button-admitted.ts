import { Rejected } from '@threadbox/eventsourcing';
import { deriveId, type ButtonAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { readPermissionButton } from '../domain/permission-buttons.ts';
import type { SessionRefusal } from '../domain/session.ts';
import { refusalWord } from '../domain/words.ts';

/** button-admitted → the answer to a permission request of this conversation's session. */
export const onButtonAdmitted =
  ({ sessions, conversations, notify }: Pick<Ports, 'sessions' | 'conversations' | 'notify'>) =>
  async ({ id, correlation, data }: ButtonAdmitted): Promise<void> => {
    const pressed = readPermissionButton(data.value);
    if (!pressed) return;
    const cause = { id, correlation, principal: data.principal };
    const { state } = await conversations.load(data.conversation);
    try {
      if (state.session === undefined) throw new Rejected<SessionRefusal>('no-question');
      await sessions.decide(state.session, { type: 'answer', ...pressed, by: data.principal.id }, cause);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const text = refusalWord(error.reason as SessionRefusal);
      await notify({ conversation: data.conversation, delivery: deriveId('answer', id), text }, cause);
    }
  };
