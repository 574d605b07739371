import { runService } from '@threadbox/chassis';
import { connectService } from '@threadbox/messaging';
import { createWorld, type Listener } from '@threadbox/platforms';
import { vaultKeys } from '@threadbox/vault';
import { createAccept } from './adapters/accept.ts';
import { observeListening } from './adapters/listening-metrics.ts';
import { bots, settings } from './config.ts';
import { createCredentialRoute } from './credential/route.ts';
import { serveHttp } from './http/serve-http.ts';

await runService('gateway', settings, async ({ config, log, onStop, check, fail }) => {
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
  for (const { prefix, half, values } of hearing)
    listeners.set(prefix, await half.create(values, { ...world, prefix }));

  onStop(observeListening(listeners));

  // Served before anything is heard: a platform may want to see that its webhook answers.
  const { THREADBOX_CREDENTIAL_KEY: credentialKey } = config;
  const http = await serveHttp({
    host: config.GATEWAY_HOST,
    port: config.GATEWAY_PORT,
    listeners,
    credential: createCredentialRoute(bus, credentialKey === undefined ? undefined : vaultKeys(credentialKey)),
    log,
  });
  onStop(http.stop);
  for (const [prefix, listener] of listeners) {
    await listener.start(accept);
    onStop(listener.stop);
    log.info({ platform: prefix }, 'listening');
  }
  log.info({ port: http.port }, 'serving');
});
