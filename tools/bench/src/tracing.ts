/** What traces cost: the same load with every span recorded and sent to a collector that takes it and throws it away, and without. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asFastAsItGoes, warmUp } from './load.ts';
import type { Suite } from './suite.ts';
import { withSystem } from './system.ts';

const CHATS = 100;

const withCollector = async <Value>(work: (url: string, spans: () => number) => Promise<Value>): Promise<Value> => {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => bytes);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

const rateWith = (env: Record<string, string>, seconds: number): Promise<number> =>
  withSystem({ env }, async ({ client }) => {
    await warmUp(client, CHATS);
    return (await asFastAsItGoes(client, { seconds, chats: CHATS })).rate;
  });

export const tracing: Suite = {
  title: 'Tracing',
  about: 'messages a second with and without traces, taken in turn; the loss in percent',
  targets: [{ row: 'tracing', column: 'loss, %', atMost: 15 }],
  run: ({ scale }) =>
    withCollector(async (url, sent) => {
      const rates = { off: 0, on: 0 };
      const rounds = 2;
      for (let round = 0; round < rounds; round += 1) {
        rates.off += (await rateWith({}, 15 * scale)) / rounds;
        rates.on += (await rateWith({ OTEL_EXPORTER_OTLP_ENDPOINT: url }, 15 * scale)) / rounds;
      }
      if (sent() === 0) throw new Error('the collector was sent no trace: this would compare nothing');
      return { tracing: { ...rates, 'loss, %': (1 - rates.on / rates.off) * 100 } };
    }),
};
