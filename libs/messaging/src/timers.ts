import { deriveId, timerSubject, streams } from '@threadbox/schemas';
import type { Bus } from './bus.ts';
import { faultPoint } from './fault-points.ts';
import { compose } from './publish.ts';
import type { Cause } from './event-store.ts';

/** Names a timer: one aggregate may have several, each by its own name. */
export type TimerKey = { aggregate: string; id: string; name: string };

/** Sets a timer (or sets it anew): at this time a `timer-due` message arrives on the aggregate's `due` subject. */
export const setTimer = async ({ js }: Pick<Bus, 'js'>, key: TimerKey, at: Date, cause: Cause): Promise<void> => {
  const id = deriveId('timer', key.aggregate, key.id, key.name, at.toISOString(), cause.id);
  const message = compose({ type: 'timer-due', data: key, id, causation: cause.id, correlation: cause.correlation });
  faultPoint('before', 'timer', key.name);
  await js.publish(timerSubject('timers', key.aggregate, key.id, key.name), JSON.stringify(message), {
    schedule: { specification: at, target: timerSubject('due', key.aggregate, key.id, key.name) },
  });
  faultPoint('after', 'timer', key.name);
};

/** Forgets every timer of an aggregate, set or already due. */
export const clearTimers = async ({ jsm }: Pick<Bus, 'jsm'>, aggregate: string, id: string): Promise<void> => {
  await jsm.streams.purge(streams.timers, { filter: timerSubject('timers', aggregate, id, '*') });
  await jsm.streams.purge(streams.timers, { filter: timerSubject('due', aggregate, id, '*') });
};
