import { runService } from '@threadbox/chassis';
import { connectService } from '@threadbox/messaging';
import { createWorld, type Listener } from '@threadbox/platforms';
import { vaultKeys } from '@threadbox/vault';
import { createAccept } from './adapters/accept.ts';
import { hearAlone } from './adapters/hear-alone.ts';
import { observeListening } from './adapters/listening-metrics.ts';
import { bots, settings } from './config.ts';
import { createCredentialRoute } from './credential/route.ts';
import { serveHttp } from './http/serve-http.ts';

await runService('gateway', settings, async ({ config, log, onStop, check, tell, fail }) => {
  const hearing = bots();
  const bus = await connectService('gateway', config, fail);
  onStop(bus.close);
  check('nats', bus.isConnected);

  const world = createWorld({ bus, log, secretKey: config.THREADBOX_SECRET_KEY });
  const accept = createAccept(
    bus,
    hearing.map(({ prefix }) => prefix),
  );
  const listeners = new Map<string, Listener>();
  const makers = hearing.map(({ prefix, half, values }) => ({
    prefix,
    create: () => half.create(values, { ...world, prefix }),
  }));
  for (const { prefix, create } of makers) listeners.set(prefix, await create());

  onStop(observeListening(listeners));

  // Served before anything is heard: a platform may want to see that its webhook answers.
  const { THREADBOX_CREDENTIAL_KEY: credentialKey } = config;
  const http = await serveHttp({
    host: config.GATEWAY_HOST,
    port: config.GATEWAY_PORT,
    shared: config.SHARED_PORT,
    listeners,
    credential: createCredentialRoute(bus, credentialKey === undefined ? undefined : vaultKeys(credentialKey)),
    log,
  });
  onStop(http.stop);
  for (const { prefix, create } of makers) {
    const listener = listeners.get(prefix);
    if (!listener) continue;
    if (listener.alone === true) {
      const lease = hearAlone({ bus, prefix, create, accept, instance: config.INSTANCE, log });
      onStop(lease.stop);
      tell(`lease ${prefix}`, lease.state);
      await lease.settled;
    } else {
      await listener.start(accept);
      onStop(listener.stop);
      log.info({ platform: prefix }, 'listening');
    }
  }
  // Done first: while new requests go to others, what is under way is still accepted.
  onStop(http.refuse);
  log.info({ port: http.port }, 'serving');
});
