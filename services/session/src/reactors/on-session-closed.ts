import { deriveId, type SessionClosed, type SessionEvent } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { CLOSED, CLOSED_RUNNING, CLOSED_WAITING } from '../domain/words.ts';

/** session-closed → placeholders say what became of them, and the conversation is told. The purge waits for the sandbox. */
export const onSessionClosed =
  ({ sessions, show, notify }: Pick<Ports, 'sessions' | 'show' | 'notify'>) =>
  async ({ event: { message }, id, together, cause }: Fact<SessionClosed, SessionEvent>): Promise<void> => {
    const { state } = await sessions.load(id);
    if (state.status !== 'closed') return;
    const { conversation, left } = state;
    const cut = together.flatMap((other) => (other.type === 'turn-ended' ? [other.turn] : []));
    const unfinished = [
      ...cut.map((turn) => ({ turn, text: CLOSED_RUNNING })),
      ...left.map((turn) => ({ turn, text: CLOSED_WAITING })),
    ];
    for (const { turn, text } of unfinished) {
      await show({ type: 'turn-settled', data: { conversation, session: id, turn, text } }, cause);
    }
    await notify({ conversation, delivery: deriveId('answer', message), text: CLOSED }, cause);
    await show({ type: 'conversation-closed', data: { conversation, session: id } }, cause);
  };
