import { runService } from '@threadbox/chassis';
import { connectService } from '@threadbox/messaging';
import { createAccept } from './adapters/accept.ts';
import { createListeners } from './adapters/listeners.ts';
import { settings } from './config.ts';
import { serveHttp } from './http/serve-http.ts';

await runService('gateway', settings, async ({ config, log, onStop, check }) => {
  const bus = await connectService('gateway', config);
  onStop(bus.close);
  check('nats', () => !bus.nc.isClosed());

  const listeners = createListeners(config, { bus, log });
  const accept = createAccept(bus);
  for (const [name, listener] of listeners) {
    await listener.start(accept);
    onStop(listener.stop);
    log.info({ platform: name }, 'listening');
  }
  const http = await serveHttp({ host: config.GATEWAY_HOST, port: config.GATEWAY_PORT, listeners, log });
  onStop(http.stop);
  log.info({ port: http.port }, 'serving');
});
