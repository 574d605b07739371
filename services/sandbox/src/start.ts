import type { Service } from '@threadbox/chassis';
import { connectService, createEventStore, holdLease } from '@threadbox/messaging';
import type { Driver } from './adapters/driver.ts';
import { observeFleet } from './adapters/fleet-metrics.ts';
import type { openDriver } from './adapters/open-driver.ts';
import type { Config } from './config.ts';
import { FLEET, fleet } from './domain/fleet.ts';
import { runFleet } from './run-fleet.ts';
import { snapshots } from './snapshots.ts';

/** The sandbox service, with sandboxes wherever `open` puts them. */
export const start = async (
  { config, log, onStop, check, tell, fail }: Service<Config>,
  open: typeof openDriver,
): Promise<void> => {
  const bus = await connectService('sandbox', config, fail);
  onStop(bus.close);
  check('nats', bus.isConnected);

  /** Where sandboxes run, as long as this process holds the lease. */
  let driver: Driver | undefined;
  const fleets = createEventStore(bus, 'fleet', fleet, { snapshots: snapshots.fleet });
  onStop(
    observeFleet({
      load: async () => (await fleets.load(FLEET)).state,
      max: config.MAX_SANDBOXES,
      pool: () => driver?.pool?.(),
    }),
  );
  // One at a time: it counts how often a sandbox died, and tells of each end once. While NATS is gone, and with it any certainty whose
  // the lease is, it decides nothing (it could not write it down), and its sandboxes go on.
  const lease = holdLease(bus, {
    service: 'sandbox',
    name: 'fleet',
    instance: config.INSTANCE,
    log,
    lead: async (term) => {
      const stop = await runFleet({ bus, config, log, term }, async (parts) => {
        driver = await open(parts);
        return driver;
      });
      return () => {
        driver = undefined;
        return stop();
      };
    },
  });
  onStop(lease.stop);
  tell('lease', lease.state);
  await lease.settled;
};
