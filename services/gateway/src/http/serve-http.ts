import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { counter, histogram } from '@threadbox/metrics';
import type { Listener, PlatformLog } from '@threadbox/platforms';

/** How long requests under way may take at the end, in milliseconds. */
const GRACE = 500;

/**
 * Serves the platforms' HTTP halves: what comes below `/telegram/` goes to Telegram, `/telegram-support/` to its second
 * bot, and so on; below `/credential` is the page for people's own credentials; everything else is the web page's.
 * Requests are counted by that and by their status. Resolves once it listens.
 *
 * It ends in two steps: `refuse` takes no new connections and lets requests under way come to their end; `stop` cuts what is left.
 */
export const serveHttp = async (options: {
  host: string;
  port: number;
  /** See `sharedPort`. */
  shared?: boolean;
  listeners: ReadonlyMap<string, Listener>;
  /** Serves what is below `/credential`. */
  credential: (request: Request) => Promise<Response>;
  log: PlatformLog;
}): Promise<{ port: number; refuse: () => Promise<void>; stop: () => Promise<void> }> => {
  const { host, port, shared = false, listeners, credential, log } = options;
  const requests = counter('threadbox_http_requests_total');
  const took = histogram('threadbox_http_request_seconds');

  const answer = async (request: Request): Promise<Response> => {
    const [, first = ''] = new URL(request.url).pathname.split('/');
    const platform = first !== 'web' && listeners.has(first) ? first : 'web';
    const route = first === 'credential' ? first : platform;
    const began = performance.now();
    const handle = first === 'credential' ? credential : listeners.get(platform)?.fetch;
    let response: Response;
    try {
      response = handle ? await handle(request) : new Response('not found\n', { status: 404 });
    } catch (error) {
      log.error({ err: error, platform }, 'a request failed');
      response = new Response('something went wrong here\n', { status: 500 });
    }
    requests({ route, status: String(response.status) });
    took((performance.now() - began) / 1000, { route });
    return response;
  };

  let isEnding = false;
  const server = createAdaptorServer({
    fetch: async (request: Request) => {
      const response = await answer(request);
      // Whoever keeps the connection is to make the next one, to somebody who stays.
      if (isEnding) response.headers.set('connection', 'close');
      return response;
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, reusePort: shared }, resolve);
  });
  const address = server.address();
  const closed = Promise.withResolvers<void>();
  const refuse = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    server.close(() => closed.resolve());
    const idle = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 50);
    await Promise.race([closed.promise, sleep(GRACE, undefined, { ref: false })]);
    clearInterval(idle);
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    refuse,
    stop: async () => {
      await refuse();
      // Event streams never end by themselves; their readers reconnect and resume.
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed.promise;
    },
  };
};
