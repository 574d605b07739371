import {
  deriveId,
  type QuestionAnswered,
  type QuestionRequested,
  type QuestionWithdrawn,
  type SessionEvent,
} from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { formButtons, readReply } from '../domain/form.ts';
import { formText, NOT_NEEDED, outcomeWord } from '../domain/form-words.ts';

/** Where a question of the agent's stands in a chat. */
export const formDelivery = (request: string, conversation: string): string => deriveId('form', request, conversation);

/** question-requested → the question with its buttons. */
export const onQuestionRequested =
  ({ sessions, notify, recallForm }: Pick<Ports, 'sessions' | 'notify' | 'recallForm'>) =>
  async ({ event: { request, turn, sequence }, id, cause }: Fact<QuestionRequested, SessionEvent>): Promise<void> => {
    const [{ state }, form] = await Promise.all([sessions.load(id), recallForm(sequence)]);
    if (state.status !== 'open' || !form) return;
    const { conversation } = state;
    const delivery = formDelivery(request, conversation);
    const buttons = formButtons(request, form.data);
    const interrupts = { session: id, turn };
    await notify({ conversation, delivery, text: formText(form.data), buttons, interrupts }, cause);
  };

/** question-answered → the sandbox is told, and the question says that it was answered. */
export const onQuestionAnswered =
  ({
    sessions,
    give,
    notify,
    recallForm,
    recallAnswer,
  }: Pick<Ports, 'sessions' | 'give' | 'notify' | 'recallForm' | 'recallAnswer'>) =>
  async ({
    event: { request, sequence, by, choice, answer },
    id,
    cause,
  }: Fact<QuestionAnswered, SessionEvent>): Promise<void> => {
    const [{ state }, form, said] = await Promise.all([
      sessions.load(id),
      recallForm(sequence),
      answer === undefined ? undefined : recallAnswer(answer),
    ]);
    if (state.status !== 'open' || !form) return;
    const reading = readReply(form.data, { choice, words: said?.data.text });
    const content = reading.ok ? reading.content : undefined;
    await give(id, { type: 'question-replied', data: { request, ...(content && { content }) } }, cause, request);
    const { conversation } = state;
    const text = formText(form.data, outcomeWord(reading, by));
    await notify({ conversation, delivery: formDelivery(request, conversation), text }, cause);
  };

/** question-withdrawn → the question says that it stands no longer. */
export const onQuestionWithdrawn =
  ({ sessions, notify, recallForm }: Pick<Ports, 'sessions' | 'notify' | 'recallForm'>) =>
  async ({ event: { request, sequence }, id, cause }: Fact<QuestionWithdrawn, SessionEvent>): Promise<void> => {
    const [{ state }, form] = await Promise.all([sessions.load(id), recallForm(sequence)]);
    if (state.status === 'new' || !form) return;
    const { conversation } = state;
    const text = formText(form.data, NOT_NEEDED);
    await notify({ conversation, delivery: formDelivery(request, conversation), text }, cause);
  };
