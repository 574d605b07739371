import { serve } from '@hono/node-server';
import { metrics } from '@opentelemetry/api';
import type { Listener, PlatformLog } from '@threadbox/platforms';

/**
 * Serves the platforms' HTTP halves: what comes below `/telegram/` goes to Telegram, `/telegram-support/` to its second
 * bot, and so on; below `/credential` is the page for people's own credentials; everything else is the web page's. What is refused (4xx) or fails (5xx) is counted by platform and status. Resolves once it listens.
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
  const refused = metrics.getMeter('threadbox.gateway').createCounter('threadbox_http_refused', {
    description: 'HTTP requests answered with 4xx or 5xx, by platform and status.',
  });

  const answer = async (request: Request): Promise<Response> => {
    const [, first = ''] = new URL(request.url).pathname.split('/');
    const platform = first !== 'web' && listeners.has(first) ? first : 'web';
    const handle = first === 'credential' ? credential : listeners.get(platform)?.fetch;
    let response: Response;
    try {
      response = handle ? await handle(request) : new Response('not found\n', { status: 404 });
    } catch (error) {
      log.error({ err: error, platform }, 'a request failed');
      response = new Response('something went wrong here\n', { status: 500 });
    }
    if (response.status >= 400) refused.add(1, { platform, status: response.status });
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
