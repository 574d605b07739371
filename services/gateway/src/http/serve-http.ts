import { serve } from '@hono/node-server';
import { counter, histogram } from '@threadbox/metrics';
import type { Listener, PlatformLog } from '@threadbox/platforms';

/**
 * Serves the platforms' HTTP halves: what comes below `/telegram/` goes to Telegram, `/telegram-support/` to its second
 * bot, and so on; below `/credential` is the page for people's own credentials; everything else is the web page's.
 * Requests are counted by that and by their status. Resolves once it listens.
 */
export const serveHttp = async (options: {
  host: string;
  port: number;
  listeners: ReadonlyMap<string, Listener>;
  /** Serves what is below `/credential`. */
  credential: (request: Request) => Promise<Response>;
  log: PlatformLog;
}): Promise<{ port: number; stop: () => Promise<void> }> => {
  const { host, port, listeners, credential, log } = options;
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

  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const starting = serve({ fetch: answer, hostname: host, port }, () => resolve(starting));
    starting.once('error', reject);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      // Event streams never end by themselves; their readers reconnect and resume.
      if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 300).unref();
      await closed;
    },
  };
};
