import { Rejected } from '@threadbox/eventsourcing';
import { readDomain, type EgressEvent, type WayRefused } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';

/** way-refused → the session asks its owners, once a host. What nobody could allow (an address, another port) is only on the log. */
export const onWayRefused =
  ({ sessions }: Pick<Ports, 'sessions'>) =>
  async ({ event: { host, why }, id, cause }: Fact<WayRefused, EgressEvent>): Promise<void> => {
    const domain = readDomain(host);
    if (why !== 'not-allowed' || domain === undefined) return;
    try {
      await sessions.decide(id, { type: 'ask-way', host: domain }, cause);
    } catch (error) {
      // No such session: a sandbox that outlived a restored log.
      if (!(error instanceof Rejected)) throw error;
    }
  };
