import { runService } from '@threadbox/chassis';
import { connectService } from '@threadbox/messaging';
import { createWorld, type Sender } from '@threadbox/platforms';
import { bots, settings } from './config.ts';
import { startRelay } from './start-relay.ts';

await runService('relay', settings, async ({ config, log, onStop, check, fail }) => {
  const writing = bots();
  const bus = await connectService('relay', config, fail);
  onStop(bus.close);
  check('nats', bus.isConnected);
  const world = createWorld({ bus, log, secretKey: config.THREADBOX_SECRET_KEY });
  const senders = new Map<string, Sender>();
  for (const { prefix, half, values } of writing) senders.set(prefix, await half.create(values, { ...world, prefix }));
  const relay = await startRelay({ bus, senders, log });
  onStop(relay.stop);
});
