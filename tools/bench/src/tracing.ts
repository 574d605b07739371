/** What traces cost: the same load with every span recorded and sent to a collector that takes it and throws it away, and without. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** Seconds that one of the two is under load before the other is: a machine's moods last longer. */
const SLICE = 3;
/** Seconds until the last of its traces are sent: not in the other's time. */
const SETTLE = 1.5;
const ROUNDS = 12;

export const tracing: Suite = {
  title: 'Tracing',
  about:
    'messages a second of two systems, one with traces and one without, that take turns every few seconds; the loss in percent',
  targets: [{ row: 'tracing', column: 'loss, %', atMost: 15 }],
  run: ({ scale }) =>
    withCollector((url, sent) =>
      withSystem({}, ({ client: plain }) =>
        withSystem({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } }, async ({ client: traced }) => {
          for (const client of [plain, traced]) await warmUp(client, CHATS);
          const counts = { off: 0, on: 0 };
          const rounds = Math.max(2, Math.round(ROUNDS * scale));
          for (let round = 0; round < rounds; round += 1) {
            counts.off += (await asFastAsItGoes(plain, { seconds: SLICE, chats: CHATS })).rate;
            await sleep(SETTLE * 1000);
            counts.on += (await asFastAsItGoes(traced, { seconds: SLICE, chats: CHATS })).rate;
            await sleep(SETTLE * 1000);
          }
          if (sent() === 0) throw new Error('the collector was sent no trace: this would compare nothing');
          const [off, on] = [counts.off / rounds, counts.on / rounds];
          return { tracing: { off, on, 'loss, %': (1 - on / off) * 100 } };
        }),
      ),
    ),
};
