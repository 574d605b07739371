import type { Accept, Incoming } from '../port.ts';
import { createLanes } from '../webhook/lanes.ts';

/** How many event ids are remembered: Slack tells of a mention twice, at about the same time. */
const REMEMBERED = 5000;

/**
 * Takes each event in once, those of one conversation in their order. Slack tells of one message in several ways and
 * several times: whoever comes second waits for the first, and does nothing if that succeeded.
 */
export const createTakeIn = (accept: Accept): ((incoming: Incoming) => Promise<void>) => {
  const inLane = createLanes();
  const taken = new Set<string>();
  const underWay = new Map<string, Promise<void>>();
  const take = async (incoming: Incoming): Promise<void> => {
    await inLane(incoming.place.conversation, () => accept(incoming));
    taken.add(incoming.eventId);
    if (taken.size > REMEMBERED) taken.delete(taken.values().next().value ?? '');
  };
  return (incoming) => {
    const { eventId } = incoming;
    if (taken.has(eventId)) return Promise.resolve();
    const running = underWay.get(eventId);
    if (running) return running;
    const work = take(incoming).finally(() => underWay.delete(eventId));
    underWay.set(eventId, work);
    return work;
  };
};
