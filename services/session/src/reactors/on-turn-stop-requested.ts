import type { SessionEvent, TurnStopRequested } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';

/** turn-stop-requested → the sandbox is told. */
export const onTurnStopRequested =
  ({ give }: Pick<Ports, 'give'>) =>
  async ({ event: { turn }, id, cause }: Fact<TurnStopRequested, SessionEvent>): Promise<void> => {
    await give(id, { type: 'turn-cancelled', data: { turn } }, cause, turn);
  };
