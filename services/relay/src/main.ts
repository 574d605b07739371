import { runService } from '@threadbox/chassis';
import { connectService, holdLease, withFaultPoints } from '@threadbox/messaging';
import { createWorld, type Sender } from '@threadbox/platforms';
import { bots, settings } from './config.ts';
import { startRelay } from './start-relay.ts';

await runService('relay', settings, async ({ config, log, onStop, check, tell, fail }) => {
  const writing = bots();
  const bus = await connectService('relay', config, fail);
  onStop(bus.close);
  check('nats', bus.isConnected);
  const world = createWorld({ bus, log, secretKey: config.THREADBOX_SECRET_KEY });
  const senders = new Map<string, Sender>();
  for (const { prefix, half, values } of writing) {
    const sender = await half.create(values, { ...world, prefix });
    senders.set(prefix, withFaultPoints('platform', sender, ['post', 'edit', 'postFile', 'openThread', 'close']));
  }
  // One at a time: it joins two lanes in memory, the conversations' and the sandboxes', and their partitions differ.
  const lease = holdLease(bus, {
    service: 'relay',
    name: 'chats',
    instance: config.INSTANCE,
    log,
    lead: async (term) => (await startRelay({ bus, senders, log, term })).stop,
  });
  onStop(lease.stop);
  tell('lease', lease.state);
  await lease.settled;
});
