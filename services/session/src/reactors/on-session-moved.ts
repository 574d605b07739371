import { deriveId, wayButtons, type SessionEvent, type SessionMoved } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { permissionButtons } from '../domain/permission-buttons.ts';
import { wayText } from '../domain/reach-words.ts';
import { movedAwayWord, movedHereWord, openedWord, questionText } from '../domain/words.ts';
import { formButtons } from '../domain/form.ts';
import { ASKED_ELSEWHERE, formText } from '../domain/form-words.ts';
import { formDelivery } from './on-question.ts';
import { questionDelivery } from './on-permission-requested.ts';
import { wayDelivery } from './on-way-asked.ts';

/** session-moved → a word in both places; what was asked and not answered is asked again in the new one. */
export const onSessionMoved =
  ({
    sessions,
    notify,
    recallQuestion,
    recallForm,
  }: Pick<Ports, 'sessions' | 'notify' | 'recallQuestion' | 'recallForm'>) =>
  async ({ event: { reason, conversation, from }, id, cause }: Fact<SessionMoved, SessionEvent>): Promise<void> => {
    const { state } = await sessions.load(id);
    if (state.status !== 'open') return;
    const say = (place: string, text: string): Promise<void> =>
      notify({ conversation: place, delivery: deriveId('moved', cause.id, place), text }, cause);
    if (reason === 'thread-opened') return say(conversation, openedWord(state.agent));
    await say(from, movedAwayWord(conversation, state.running !== undefined));
    await say(conversation, movedHereWord(state.agent, state.last));
    for (const [request, { choice, sequence }] of Object.entries(state.questions)) {
      const question = choice === undefined ? await recallQuestion(sequence) : undefined;
      if (!question) continue;
      const moved = questionText(question.data, { choice: 'moved' });
      await notify({ conversation: from, delivery: questionDelivery(request, from), text: moved }, cause);
      const delivery = questionDelivery(request, conversation);
      const text = questionText(question.data);
      await notify({ conversation, delivery, text, buttons: permissionButtons(request) }, cause);
    }
    for (const [request, { answered, sequence }] of Object.entries(state.forms)) {
      const form = answered ? undefined : await recallForm(sequence);
      if (!form) continue;
      const gone = formText(form.data, ASKED_ELSEWHERE);
      await notify({ conversation: from, delivery: formDelivery(request, from), text: gone }, cause);
      const asked = { delivery: formDelivery(request, conversation), buttons: formButtons(request, form.data) };
      await notify({ conversation, ...asked, text: formText(form.data) }, cause);
    }
    for (const [way, { host, choice }] of state.reach.ways.entries()) {
      if (choice !== undefined) continue;
      const delivery = wayDelivery(id, host, conversation);
      await notify({ conversation, delivery, text: wayText(host), buttons: wayButtons(id, way) }, cause);
    }
  };
