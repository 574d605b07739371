import type { SessionEvent, TurnRequested } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';

/** turn-requested → a placeholder that says how many come before; a turn that starts at once is announced by its start. */
export const onTurnRequested =
  ({ sessions, show }: Pick<Ports, 'sessions' | 'show'>) =>
  async ({ event: { turn, ahead }, id, cause, sequence }: Fact<TurnRequested, SessionEvent>): Promise<void> => {
    if (ahead === 0) return;
    const { state } = await sessions.load(id, { since: sequence });
    if (state.status !== 'open') return;
    await show({ type: 'turn-announced', data: { conversation: state.conversation, session: id, turn, ahead } }, cause);
  };
