import { deriveId, wayButtons, type SessionEvent, type WayAnswered, type WayAsked } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { wayText } from '../domain/reach-words.ts';

/** Where the word about a way stands in a chat. */
export const wayDelivery = (session: string, host: string, conversation: string): string =>
  deriveId('way', session, host, conversation);

/** way-asked → the thread is told, with buttons for its owners. */
export const onWayAsked =
  ({ sessions, notify }: Pick<Ports, 'sessions' | 'notify'>) =>
  async ({ event: { host }, id, cause }: Fact<WayAsked, SessionEvent>): Promise<void> => {
    const { state } = await sessions.load(id);
    if (state.status !== 'open') return;
    const way = state.reach.ways.findIndex((asked) => asked.host === host);
    // Answered in the meantime: what was said to it is told by that.
    if (state.reach.ways[way]?.choice !== undefined) return;
    const { conversation } = state;
    const delivery = wayDelivery(id, host, conversation);
    await notify({ conversation, delivery, text: wayText(host), buttons: wayButtons(id, way) }, cause);
  };

/** way-answered → the word about it says how. */
export const onWayAnswered =
  ({ sessions, notify }: Pick<Ports, 'sessions' | 'notify'>) =>
  async ({ event: { host, choice, by }, id, cause }: Fact<WayAnswered, SessionEvent>): Promise<void> => {
    const { state } = await sessions.load(id);
    if (state.status !== 'open') return;
    const { conversation } = state;
    const delivery = wayDelivery(id, host, conversation);
    await notify({ conversation, delivery, text: wayText(host, { choice, by }) }, cause);
  };
