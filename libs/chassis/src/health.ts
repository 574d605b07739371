import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question whether something that the service needs is there. */
export type Check = () => boolean | Promise<boolean>;

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/**
 * The server behind `/healthz` (alive: its event loop turns), `/readyz` (can do its work; 503 with the names of what is not there)
 * and `/metrics`. What cannot work any more for good ends the process instead (`fail`), so that nothing deaf stays alive.
 */
export const startHealth = async (options: {
  host: string;
  port: number;
  started: () => boolean;
  checks: ReadonlyMap<string, Check>;
  /** What else is worth knowing: whether this one stands by, say. It changes nothing about being ready. */
  facts: ReadonlyMap<string, () => string>;
  metrics: (request: IncomingMessage, response: ServerResponse) => void;
}): Promise<{ port: number; isReady: () => Promise<boolean>; stop: () => Promise<void> }> => {
  const look = async () => {
    const results = await Promise.all(
      [...options.checks].map(
        async ([name, check]) =>
          [
            name,
            await Promise.resolve()
              .then(check)
              .catch(() => false),
          ] as const,
      ),
    );
    const started = options.started();
    const facts = [...options.facts].map(([name, fact]) => [name, fact()] as const);
    return {
      ready: started && results.every(([, there]) => there),
      started,
      ...Object.fromEntries<boolean | string>([...results, ...facts]),
    };
  };
  const readiness = async (response: ServerResponse): Promise<void> => {
    const found = await look();
    answer(response, found.ready ? 200 : 503, found);
  };
  const server = createServer((request, response) => {
    switch (request.url ?? '') {
      case '/healthz':
        return answer(response, 200, { alive: true });
      case '/readyz':
        return void readiness(response);
      case '/metrics':
        return options.metrics(request, response);
      default:
        return answer(response, 404, { error: 'not found' });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    isReady: async () => (await look()).ready,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
