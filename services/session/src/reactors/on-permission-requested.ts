import { deriveId, type PermissionRequested, type SessionEvent } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { permissionButtons } from '../domain/permission-buttons.ts';
import { questionText } from '../domain/words.ts';

/** Where a question stands in the chat. */
export const questionDelivery = (request: string, conversation: string): string =>
  deriveId('question', request, conversation);

/** permission-requested → the question with its buttons, unless an earlier answer covers it. */
export const onPermissionRequested =
  ({ sessions, notify, recallQuestion }: Pick<Ports, 'sessions' | 'notify' | 'recallQuestion'>) =>
  async ({
    event: { request, turn, sequence },
    id,
    together,
    cause,
  }: Fact<PermissionRequested, SessionEvent>): Promise<void> => {
    if (together.some((other) => other.type === 'permission-answered' && other.request === request)) return;
    const [{ state }, question] = await Promise.all([sessions.load(id), recallQuestion(sequence)]);
    if (state.status !== 'open' || !question) return;
    const text = questionText(question.data);
    await notify(
      {
        conversation: state.conversation,
        delivery: questionDelivery(request, state.conversation),
        text,
        buttons: permissionButtons(request),
        interrupts: { session: id, turn },
      },
      cause,
    );
  };
