import type { Cause } from '@threadbox/messaging';
import type { Ports } from '../adapters/ports.ts';
import { inStatus, type FleetView } from '../domain/fleet-view.ts';

/** Whether anybody waits: asked after each turn, of a view that seldom changes. */
const answers = new WeakMap<FleetView, boolean>();
const somebodyWaits = (view: FleetView): boolean => {
  const known = answers.get(view) ?? inStatus(view, 'waiting').length > 0;
  answers.set(view, known);
  return known;
};

/**
 * Puts the session that has rested longest to sleep when somebody waits for a place, so that nobody waits for half an
 * hour behind sandboxes in which nothing happens. Where all are at work, the line moves when the next turn ends.
 */
export const yieldPlace = async (
  { sessions, fleet }: Pick<Ports, 'sessions' | 'fleet'>,
  cause: Cause,
): Promise<void> => {
  const { state: view } = await fleet.load('main');
  if (!somebodyWaits(view)) return;
  const holders = await Promise.all(
    inStatus(view, 'running').map(async (id) => ({ id, ...(await sessions.load(id)) })),
  );
  // A lower sequence is an older last event.
  const [rested] = holders
    .filter(({ state }) => state.status === 'open' && !state.running && !state.suspended)
    .toSorted((a, b) => a.sequence - b.sequence);
  if (rested) await sessions.decide(rested.id, { type: 'suspend' }, cause);
};
