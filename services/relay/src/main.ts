import { runService } from '@threadbox/chassis';
import { connectService, withFaultPoints } from '@threadbox/messaging';
import { createWorld, type Sender } from '@threadbox/platforms';
import { bots, settings } from './config.ts';
import { startRelay } from './start-relay.ts';

await runService('relay', settings, async ({ config, log, onStop, check }) => {
  const writing = bots();
  const bus = await connectService('relay', config);
  onStop(bus.close);
  check('nats', () => !bus.nc.isClosed());
  const world = createWorld({ bus, log, secretKey: config.THREADBOX_SECRET_KEY });
  const senders = new Map<string, Sender>();
  for (const { prefix, half, values } of writing) {
    const sender = await half.create(values, { ...world, prefix });
    senders.set(prefix, withFaultPoints('platform', sender, ['post', 'edit', 'postFile', 'openThread', 'close']));
  }
  const relay = await startRelay({ bus, senders, log });
  onStop(relay.stop);
});
