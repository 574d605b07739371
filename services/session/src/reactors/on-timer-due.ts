import type { TimerDue } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { Rejected } from '@threadbox/eventsourcing';

/** timer-due → the session is suspended, unless something runs. A session that is gone needs no sleep. */
export const onTimerDue =
  ({ sessions }: Pick<Ports, 'sessions'>) =>
  async ({ id, correlation, data }: TimerDue): Promise<void> => {
    try {
      await sessions.decide(data.id, { type: 'suspend' }, { id, correlation });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
    }
  };
