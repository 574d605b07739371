/** The way to the model on a real NATS: what calls cost, and what limits do. The model itself is a stand-in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { deriveId, type EventOf } from '@threadbox/schemas';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EGRESS_SECRET, egressStage, tokenFor, type EgressStage, type RunningEgress } from '../testing/egress-stage.ts';
import { event, fakeModel, whole } from '../testing/fake-model.ts';

let stage: EgressStage;
let model: Awaited<ReturnType<typeof fakeModel>>;
let egress: RunningEgress;
let number = 0;
/** A session and a workspace of its own for each test. */
let session = '';
let workspace = '';

/** A dollar for an output token, so that what counts is plain to see; input is free. */
const prices = { 'claude-sonnet-5-5': { input: 0, output: 1_000_000, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 } };
const environment = () => ({
  ANTHROPIC_BASE_URL: model.url,
  ANTHROPIC_API_KEY: 'sk-ant-the-real-key-0123456789',
  MODEL_PRICES: JSON.stringify(prices),
});
const DOLLAR = 1_000_000;

beforeAll(async () => {
  stage = await egressStage();
  model = await fakeModel();
  egress = await stage.start(environment());
});
afterAll(async () => {
  await egress.stop();
  model.stop();
  await stage.stop();
});
beforeEach(async () => {
  number += 1;
  session = deriveId('session', number);
  workspace = `web:w${number}`;
  await stage.openSession(session, workspace);
  model.asked.length = 0;
  model.answers(whole({ input_tokens: 5, output_tokens: 2 }));
});

const call = async (
  {
    max = 10,
    body,
    path = '/v1/messages',
    url = egress.url,
    ...init
  }: RequestInit & { max?: number; body?: string; path?: string; url?: string } = {},
  as = session,
): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenFor(as)}` },
    body:
      body ??
      JSON.stringify({ model: 'claude-sonnet-5-5', max_tokens: max, messages: [{ role: 'user', content: 'hi' }] }),
    ...init,
  });
type LedgerEvent = EventOf<'ledger'>;
const ledger = (of = workspace): Promise<LedgerEvent[]> => stage.eventsOf('ledger', of);
const metered = async (count = 1) => {
  let found: Array<Extract<LedgerEvent, { type: 'usage-metered' }>> = [];
  await vi.waitFor(
    async () => {
      found = (await ledger()).filter((one) => one.type === 'usage-metered');
      expect(found).toHaveLength(count);
    },
    { timeout: 20_000, interval: 20 },
  );
  return found;
};
const limit = (dollars: number, more: object = {}) =>
  stage.happened('workspace', workspace, {
    type: 'limit-set',
    limit: { micros: dollars * DOLLAR, period: 'day' },
    by: 'web:ana',
    ...more,
  });

describe('a call', () => {
  it('reserves what it may cost, and is metered by what the model tells', async () => {
    expect((await call()).status).toBe(200);
    const [told] = await metered();
    expect(told).toMatchObject({ session, user: 'web:ana', micros: 2 * DOLLAR, priced: 'known', learned: 'told' });
    expect(told?.tokens).toMatchObject({ input: 5, output: 2 });
    expect(await ledger()).toMatchObject([{ type: 'usage-reserved', micros: 10 * DOLLAR }, { type: 'usage-metered' }]);
  });

  it('is passed on unchanged as a stream, and metered on the way', async () => {
    const pieces = [
      event({
        type: 'message_start',
        message: {
          model: 'claude-sonnet-5-5',
          usage: { input_tokens: 7, output_tokens: 1, cache_read_input_tokens: 90 },
        },
      } as never),
      event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'hi' } } as never),
      event({ type: 'message_delta', usage: { output_tokens: 4 } } as never),
      event({ type: 'message_stop' }),
    ];
    model.answers((response) => {
      response.setHeader('content-type', 'text/event-stream');
      for (const piece of pieces) response.write(piece);
      response.end();
    });
    expect(await (await call()).text()).toBe(pieces.join(''));
    expect((await metered())[0]).toMatchObject({
      micros: 4 * DOLLAR,
      tokens: { input: 7, output: 4, cacheRead: 90 },
      learned: 'told',
    });
  });

  it('that is broken off is metered by what was seen', async () => {
    const abort = new AbortController();
    model.answers((response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(
        event({ type: 'message_start', message: { usage: { input_tokens: 7, output_tokens: 1 } } } as never),
      );
      response.write(event({ type: 'content_block_delta', delta: { text: 'x'.repeat(9) } } as never));
    });
    const reader = (await call({ signal: abort.signal })).body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; !text.includes('xxx');) text += (await reader.read()).value ?? '';
    abort.abort();
    expect((await metered())[0]).toMatchObject({
      micros: 3 * DOLLAR,
      tokens: { input: 7, output: 3 },
      learned: 'seen',
    });
  });

  it('whose answer cannot be read costs what was reserved', async () => {
    model.answers((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"usage":{"input_tokens":1,"output_tokens":1}}'));
    });
    expect(await (await call()).json()).toMatchObject({ usage: { output_tokens: 1 } });
    expect((await metered())[0]).toMatchObject({ micros: 10 * DOLLAR, learned: 'reserved' });
  });

  it('that fails costs nothing', async () => {
    model.answers(
      (response) => void response.writeHead(529).end('{"type":"error","error":{"type":"overloaded_error"}}'),
    );
    expect((await call()).status).toBe(529);
    await vi.waitFor(async () =>
      expect((await ledger()).at(-1)).toMatchObject({ type: 'reservation-released', why: 'failed' }),
    );
  });

  it('counts for who speaks', async () => {
    const turn = { turn: 1, message: deriveId('m'), sequence: 1 };
    await stage.happened('session', session, { type: 'turn-started', ...turn, by: 'web:ben' });
    await call();
    expect((await metered())[0]).toMatchObject({ user: 'web:ben' });
  });

  it('of a model without a price costs the dearest', async () => {
    await call({ body: JSON.stringify({ model: 'mystery-1', max_tokens: 1 }) });
    // The answer names a model that is known.
    expect((await metered())[0]).toMatchObject({ model: 'claude-sonnet-5-5', priced: 'known' });
    model.answers(whole({ input_tokens: 1, output_tokens: 1 }, 'mystery-1'));
    await call({ body: JSON.stringify({ model: 'mystery-1', max_tokens: 1 }) });
    expect((await metered(2))[1]).toMatchObject({ model: 'mystery-1', priced: 'dearest', micros: DOLLAR + 15 });
  });

  it('is not made where nobody could tell what it costs, or whose it is', async () => {
    expect((await call({ body: 'no json' })).status).toBe(400);
    expect((await call({ path: '/v1/messages/batches' })).status).toBe(403);
    expect((await call({}, deriveId('nobody'))).status).toBe(403);
    await stage.happened('session', session, {
      type: 'session-closed',
      by: 'web:ana',
      message: deriveId('m'),
      sequence: 9,
    });
    expect((await call()).status).toBe(403);
    expect(model.asked).toEqual([]);
  });

  it('that only counts tokens is free', async () => {
    await limit(0);
    expect((await call({ path: '/v1/messages/count_tokens' })).status).toBe(200);
    expect(await ledger()).toEqual([]);
  });
});

describe('a limit', () => {
  it('refuses what might cost more than is left, in a way that nobody tries again, and lets through once it is raised', async () => {
    await limit(15);
    expect((await call()).status).toBe(200);
    await metered();
    expect((await call({ max: 13 })).status).toBe(200);
    await metered(2);
    const refused = await call({ max: 12 });
    expect(refused.status).toBe(400);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message:
          'Threadbox: a spending limit is reached. Of $15.00 a day, this workspace has used $4.00, and this call may cost $12.00.',
      },
    });
    expect(model.asked).toHaveLength(2);
    expect((await ledger()).at(-1)).toMatchObject({
      type: 'limit-reached',
      scope: 'workspace',
      used: 4 * DOLLAR,
      session,
    });
    await limit(20);
    expect((await call({ max: 12 })).status).toBe(200);
  });

  it('is the session’s, the user’s or the workspace’s, whichever leaves the least', async () => {
    await limit(100);
    await limit(8, { user: 'web:ana' });
    expect(await (await call({ max: 9 })).text()).toContain('web:ana has used');
    await stage.happened('session', session, {
      type: 'limit-set',
      limit: { micros: DOLLAR, period: 'ever' },
      by: 'web:ana',
    });
    expect(await (await call({ max: 2 })).text()).toContain('this session has used');
    await stage.happened('session', session, { type: 'limit-lifted', by: 'web:ana' });
    expect((await call({ max: 8 })).status).toBe(200);
  });

  it('is warned of at 75 and 95 percent', async () => {
    await limit(100);
    for (const output_tokens of [74, 1, 1, 19]) {
      model.answers(whole({ input_tokens: 1, output_tokens }));
      expect((await call({ max: output_tokens })).status).toBe(200);
      await vi.waitFor(async () => expect((await ledger()).at(-1)?.type).not.toBe('usage-reserved'));
    }
    expect((await ledger()).filter(({ type }) => type === 'limit-neared')).toMatchObject([
      { percent: 75 },
      { percent: 95 },
    ]);
  });

  it('lets through exactly what fits, however many ask at once, here and in another egress', async () => {
    await limit(50);
    const other = await stage.start(environment());
    // Nobody is answered before all have asked.
    const { promise: everybody, resolve } = Promise.withResolvers<void>();
    model.answers(async (response, request) => {
      await everybody;
      await whole({ input_tokens: 1, output_tokens: 10 })(response, request);
    });
    const calls = Array.from({ length: 30 }, (_, n) => call({ url: n % 2 ? other.url : egress.url }));
    const refused = Promise.all(
      calls.map(async (one) => {
        const { status } = await one;
        return status;
      }),
    );
    await vi.waitFor(
      async () => {
        expect((await ledger()).filter(({ type }) => type === 'usage-reserved')).toHaveLength(5);
        expect(model.asked).toHaveLength(5);
      },
      { timeout: 20_000, interval: 20 },
    );
    resolve();
    const statuses = await refused;
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 400)).toHaveLength(25);
    expect((await metered(5)).reduce((sum, { micros }) => sum + micros, 0)).toBe(50 * DOLLAR);
    await other.stop();
  });

  it('still counts what was under way when egress was killed', async () => {
    await limit(15);
    const child = spawn(process.execPath, [new URL('../main.ts', import.meta.url).pathname], {
      env: {
        PATH: process.env['PATH'],
        EGRESS_PORT: '0',
        EGRESS_SECRET,
        NATS_URL: stage.nats.url,
        NATS_CREDS: stage.nats.creds('egress'),
        ...environment(),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    await vi.waitFor(() => expect(output).toMatch(/"url":"http:/), { timeout: 20_000, interval: 20 });
    model.answers(() => undefined);
    const broken = call({ url: /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? '' }).then(
      () => 'answered',
      () => 'broken',
    );
    await vi.waitFor(() => expect(model.asked).toHaveLength(1), { timeout: 20_000, interval: 20 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await broken).toBe('broken');
    model.answers(whole({ input_tokens: 1, output_tokens: 1 }));
    expect(await (await call()).text()).toContain('has used $10.00');
    expect((await call({ max: 5 })).status).toBe(200);
  });
});

describe('without its log', () => {
  it('egress asks no model, says why, and books what it could not book once the log is back', async () => {
    const { promise: dead, resolve } = Promise.withResolvers<void>();
    model.answers(async (response, request) => {
      await dead;
      await whole({ input_tokens: 1, output_tokens: 3 })(response, request);
    });
    const underWay = call();
    await vi.waitFor(() => expect(model.asked).toHaveLength(1), { timeout: 20_000, interval: 20 });
    await stage.nats.kill();
    resolve();
    expect((await underWay).status).toBe(200);
    const refused = await call();
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('Threadbox: the log that decides about calls cannot be reached');
    expect(model.asked).toHaveLength(1);
    await stage.nats.start();
    expect((await metered())[0]).toMatchObject({ micros: 3 * DOLLAR });
  });
});
