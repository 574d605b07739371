import { deriveId, type SessionClosed, type SessionEvent } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { CLOSED, CLOSED_RUNNING, CLOSED_WAITING } from '../domain/words.ts';

/** session-closed → placeholders say what became of them, and the conversation is told. The purge waits for the sandbox. */
export const onSessionClosed =
  ({ sessions, conversations, show, notify }: Pick<Ports, 'sessions' | 'conversations' | 'show' | 'notify'>) =>
  async ({ event: { message }, id, together, cause }: Fact<SessionClosed, SessionEvent>): Promise<void> => {
    const { state } = await sessions.load(id);
    if (state.status !== 'closed') return;
    const { conversation, past, left } = state;
    const cut = together.flatMap((other) => (other.type === 'turn-ended' ? [other.turn] : []));
    const unfinished = [
      ...cut.map((turn) => ({ turn, text: CLOSED_RUNNING })),
      ...left.map((turn) => ({ turn, text: CLOSED_WAITING })),
    ];
    for (const { turn, text } of unfinished) {
      await show({ type: 'turn-settled', data: { conversation, session: id, turn, text } }, cause);
    }
    await notify({ conversation, delivery: deriveId('answer', message), text: CLOSED }, cause);
    for (const place of new Set([...past.map((before) => before.conversation), conversation])) {
      const { state: bound } = await conversations.load(place);
      // Where it was once, another session may be now.
      if (bound.session !== undefined && bound.session !== id) continue;
      await show({ type: 'conversation-closed', data: { conversation: place, session: id } }, cause, place);
    }
  };
