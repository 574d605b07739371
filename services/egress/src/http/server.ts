import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createModelMetrics } from '../adapters/model-metrics.ts';
import { handleModel, type ModelPorts } from './model.ts';
import { createProxy, type ProxyPorts } from './proxy.ts';

type Ports = ProxyPorts & ModelPorts;

/** How long answers under way may take at the end, in milliseconds; what takes longer is cut off, and programs ask again. */
const GRACE = 3000;

/**
 * The only way out of sandboxes: to the model, and as a proxy to what is allowed. A sandbox presents its own short-lived
 * token; the model's credential is put in its place here and is never seen by the other side. Resolves once it listens. `shared`: see
 * `sharedPort`.
 */
export const startEgress = async (
  ports: Ports,
  { host, port, shared = false }: { host: string; port: number; shared?: boolean },
): Promise<{ url: string; close: () => Promise<void> }> => {
  const proxy = createProxy(ports);
  const counted = createModelMetrics();
  const tunnels = new Set<Duplex>();
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 15_000 }, (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    // An absolute address is a proxy's; the model's API is asked by path.
    const isProxied = /^[a-z]+:\/\//i.test(request.url ?? '');
    const done = isProxied
      ? proxy.request(request, response)
      : handleModel({ ...ports, counted }, request, response, gone.signal);
    done.catch((error: unknown) => {
      // The client went away while it was still sending.
      if (!gone.signal.aborted) ports.log.warn({ err: error }, 'a request ended early');
      response.destroy();
    });
  });
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    void proxy.connect(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, reusePort: shared }, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // A connection that is kept for more is of no more use once its answer is there.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      await Promise.race([closed, sleep(GRACE, undefined, { ref: false })]);
      clearInterval(idle);
      for (const tunnel of tunnels) tunnel.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
};
