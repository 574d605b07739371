/** One trace for each message: everything that happens because of it, and nothing else. The collector is an OTLP receiver. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  service: string;
  start: bigint;
  end: bigint;
};
type Body = {
  resourceSpans?: Array<{
    resource: { attributes: Array<{ key: string; value: { stringValue?: string } }> };
    scopeSpans: Array<{
      spans: Array<Omit<Span, 'service' | 'start' | 'end'> & { startTimeUnixNano: string; endTimeUnixNano: string }>;
    }>;
  }>;
};

const spans: Span[] = [];
let bodies = '';
let collector: Server;
let stage: Stage;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      bodies += text;
      for (const { resource, scopeSpans } of (JSON.parse(text) as Body).resourceSpans ?? []) {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
        for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({ ...span, service, start: BigInt(span.startTimeUnixNano), end: BigInt(span.endTimeUnixNano) });
        }
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  stage = await openStage({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await stage.stop();
  collector.closeAllConnections();
  await new Promise((resolve) => {
    collector.close(resolve);
  });
});

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
const namesOf = (trace: string): string[] =>
  spans.filter(({ traceId }) => traceId === trace).map(({ service, name }) => `${service}: ${name}`);

it('follows a message from the gateway’s receive to the relay’s post, the turn and its tools included', async () => {
  const ana = webClient(() => stage.box);
  await ana.say('hello');
  await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(2));
  await ana.press('Yes');
  await until(() => expect(ana.answers().at(-1)?.text).toContain('rehearsal'));
  await ana.say('run echo traced-secret-word');
  await until(() =>
    expect(ana.messages().at(-1)?.buttons.length === 4 || ana.answers().at(-1)?.text.includes('traced')).toBe(true),
  );
  if (ana.messages().at(-1)?.buttons.length === 4) await ana.press('Allow once');
  await until(() =>
    expect(ana.answers().some(({ text }) => text.includes('traced-secret-word') && text.includes('1 step'))).toBe(true),
  );
  ana.close();

  const wanted = [
    'gateway: receive web',
    'auth: process chat.inbound',
    'session: process chat.admitted',
    'session: turn',
    'session: tool execute',
    'relay: post web',
    'relay: edit web',
  ];
  const whole = (): string | undefined =>
    [...new Set(spans.map(({ traceId }) => traceId))].find((trace) =>
      wanted.every((name) => namesOf(trace).includes(name)),
    );
  await until(() => expect(whole()).toBeDefined());
  const trace = spans.filter(({ traceId }) => traceId === whole());

  // Whole: one root, and every other span's parent is there.
  const ids = new Set(trace.map(({ spanId }) => spanId));
  await until(() =>
    expect(trace.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name)).toEqual(['receive web']),
  );
  expect(trace.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId)).map(({ name }) => name)).toEqual(
    [],
  );
  // The tool ran inside the turn.
  const [turn] = trace.filter(({ name }) => name === 'turn');
  const tools = trace.filter(({ name }) => name.startsWith('tool '));
  expect(tools.map(({ parentSpanId }) => parentSpanId)).toEqual([turn?.spanId]);
  expect(tools.every(({ start, end }) => turn !== undefined && start >= turn.start && end <= turn.end)).toBe(true);
  // A trace holds facts, never what people or agents wrote.
  expect(bodies).not.toContain('traced-secret-word');
});
