import type { Service } from '@threadbox/chassis';
import { connectService, holdLease } from '@threadbox/messaging';
import type { openDriver } from './adapters/open-driver.ts';
import type { Config } from './config.ts';
import { runFleet } from './run-fleet.ts';

/** The sandbox service, with sandboxes wherever `open` puts them. */
export const start = async (
  { config, log, onStop, check, tell }: Service<Config>,
  open: typeof openDriver,
): Promise<void> => {
  const bus = await connectService('sandbox', config);
  onStop(bus.close);
  check('nats', () => !bus.nc.isClosed());

  // One at a time: it counts how often a sandbox died, and tells of each end once. While NATS is gone, and with it any certainty whose
  // the lease is, it decides nothing (it could not write it down), and its sandboxes go on.
  const lease = holdLease(bus, {
    service: 'sandbox',
    name: 'fleet',
    instance: config.INSTANCE,
    log,
    lead: (term) => runFleet({ bus, config, log, term }, open),
  });
  onStop(lease.stop);
  tell('lease', lease.state);
  await lease.settled;
};
