import type { PermissionAnswered, PermissionWithdrawn, SessionEvent } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { grantsId } from '../domain/grants.ts';
import { questionText } from '../domain/words.ts';
import { questionDelivery } from './on-permission-requested.ts';

/** permission-answered → the sandbox is told, the question becomes its answer, and “always” is remembered. */
export const onPermissionAnswered =
  ({
    sessions,
    grants,
    give,
    notify,
    recallQuestion,
  }: Pick<Ports, 'sessions' | 'grants' | 'give' | 'notify' | 'recallQuestion'>) =>
  async ({
    event: { request, choice, by, sequence },
    id,
    cause,
  }: Fact<PermissionAnswered, SessionEvent>): Promise<void> => {
    await give(id, { type: 'permission-decided', data: { request, allow: choice !== 'deny' } }, cause, request);
    const [{ state }, question] = await Promise.all([sessions.load(id), recallQuestion(sequence)]);
    if (by === 'system' || state.status === 'new' || !question) return;
    const { grant } = question.data;
    if (choice === 'always') await grants.decide(grantsId(state.workspace, by), { type: 'grant', grant, by }, cause);
    const text = questionText(question.data, { choice, by });
    await notify(
      { conversation: state.conversation, delivery: questionDelivery(request, state.conversation), text },
      cause,
    );
  };

/** permission-withdrawn → the question says that it stands no longer. */
export const onPermissionWithdrawn =
  ({ sessions, notify, recallQuestion }: Pick<Ports, 'sessions' | 'notify' | 'recallQuestion'>) =>
  async ({ event: { request, sequence }, id, cause }: Fact<PermissionWithdrawn, SessionEvent>): Promise<void> => {
    const [{ state }, question] = await Promise.all([sessions.load(id), recallQuestion(sequence)]);
    if (state.status === 'new' || !question) return;
    const text = questionText(question.data, { choice: 'withdrawn' });
    await notify(
      { conversation: state.conversation, delivery: questionDelivery(request, state.conversation), text },
      cause,
    );
  };
