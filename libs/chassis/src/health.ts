import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question whether something that the service needs is there. */
export type Check = () => boolean | Promise<boolean>;

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** The server behind `/healthz` (alive), `/readyz` (can do its work; 503 with the names of what is not there) and `/metrics`. */
export const startHealth = async (options: {
  host: string;
  port: number;
  ready: () => boolean;
  checks: ReadonlyMap<string, Check>;
  /** What else is worth knowing: whether this one stands by, say. It changes nothing about being ready. */
  facts: ReadonlyMap<string, () => string>;
  metrics: (request: IncomingMessage, response: ServerResponse) => void;
}): Promise<{ port: number; stop: () => Promise<void> }> => {
  const readiness = async (response: ServerResponse): Promise<void> => {
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
    const ready = options.ready() && results.every(([, there]) => there);
    const facts = [...options.facts].map(([name, fact]) => [name, fact()] as const);
    answer(response, ready ? 200 : 503, {
      ready,
      started: options.ready(),
      ...Object.fromEntries([...results, ...facts]),
    });
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
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
