import { Rejected } from '@threadbox/eventsourcing';
import type { Delivery } from '@threadbox/messaging';
import { deriveId, readWayButton, type ButtonAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { readFormButton } from '../domain/form.ts';
import { readPermissionButton } from '../domain/permission-buttons.ts';
import type { SessionRefusal } from '../domain/session.ts';
import { refusalWord } from '../domain/words.ts';
import { answerForm } from './answer-question.ts';

/** button-admitted → the answer to a permission request, to a question, or about a way out, of this conversation's session. */
export const onButtonAdmitted =
  (ports: Pick<Ports, 'sessions' | 'conversations' | 'notify' | 'recallForm'>) =>
  async ({ id, correlation, data }: ButtonAdmitted, { sequence }: Pick<Delivery, 'sequence'>): Promise<void> => {
    const permission = readPermissionButton(data.value);
    const form = readFormButton(data.value);
    const way = readWayButton(data.value);
    if (!permission && !form && !way) return;
    const { sessions, conversations, notify } = ports;
    const { conversation, principal } = data;
    const cause = { id, correlation, principal };
    const answer = (text: string): Promise<void> =>
      notify({ conversation, delivery: deriveId('answer', id), text }, cause);
    const { state } = await conversations.load(conversation);
    try {
      if (state.session === undefined) throw new Rejected<SessionRefusal>('no-question');
      if (permission) {
        await sessions.decide(state.session, { type: 'answer', ...permission, by: principal.id }, cause);
      } else if (way) {
        // Auth lets no other through; a button of another session's is not for this one.
        if (principal.role !== 'owner' || way.session !== state.session)
          throw new Rejected<SessionRefusal>('no-question');
        const { way: number, choice } = way;
        await sessions.decide(state.session, { type: 'answer-way', way: number, choice, by: principal.id }, cause);
      } else if (form) {
        const words = data.text === undefined ? {} : { words: data.text, sequence };
        const problem = await answerForm(ports, state.session, { ...form, ...words, by: principal.id }, cause);
        if (problem !== undefined) await answer(problem);
      }
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      await answer(refusalWord(error.reason as SessionRefusal));
    }
  };
