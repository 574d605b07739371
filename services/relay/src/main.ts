import { runService } from '@threadbox/chassis';
import { connectService } from '@threadbox/messaging';
import { connectDatabase } from '@threadbox/projections';
import { createSenders } from './adapters/senders.ts';
import { settings } from './config.ts';
import { startRelay } from './start-relay.ts';

await runService('relay', settings, async ({ config, log, onStop, check }) => {
  const bus = await connectService('relay', config);
  onStop(bus.close);
  check('nats', () => !bus.nc.isClosed());
  const sql = connectDatabase(config.DATABASE_URL, { connections: 8 });
  onStop(() => sql.end({ timeout: 2 }));
  const relay = await startRelay({ bus, sql, senders: createSenders(config, { bus, log }), log });
  onStop(relay.stop);
});
