import { deriveId, type LedgerEvent, type LimitNeared, type LimitReached } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { nearedWord, reachedWord } from '../domain/usage-words.ts';

type For<Event> = Fact<Event, LedgerEvent>;

const tell = async (
  { sessions, notify }: Pick<Ports, 'sessions' | 'notify'>,
  { event, cause }: For<LimitNeared | LimitReached>,
  text: string,
): Promise<void> => {
  const { state } = await sessions.load(event.session);
  if (state.status !== 'open') return;
  const { conversation } = state;
  const delivery = deriveId('limit', event.type, event.scope, event.of, event.session, cause.id);
  await notify({ conversation, delivery, text }, cause);
};

/** limit-neared → the thread whose call it was is told. */
export const onLimitNeared =
  (ports: Pick<Ports, 'sessions' | 'notify'>) =>
  (fact: For<LimitNeared>): Promise<void> =>
    tell(ports, fact, nearedWord(fact.event));

/** limit-reached → the thread whose call was refused is told, in the words of people. */
export const onLimitReached =
  (ports: Pick<Ports, 'sessions' | 'notify'>) =>
  (fact: For<LimitReached>): Promise<void> =>
    tell(ports, fact, reachedWord(fact.event));
