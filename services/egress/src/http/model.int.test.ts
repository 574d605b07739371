/** The way to the model on a real NATS: what calls cost. The model itself is a stand-in. */
import { gzipSync } from 'node:zlib';
import { deriveId } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { event, whole } from '../testing/fake-model.ts';
import { DOLLAR, modelScene } from '../testing/model-scene.ts';

const scene = modelScene();
const { call, ledger, metered, limit, until } = scene;

describe('a call', () => {
  it('reserves what it may cost, and is metered by what the model tells', async () => {
    expect((await call()).status).toBe(200);
    const [told] = await metered();
    expect(told).toMatchObject({
      session: scene.session,
      user: 'web:ana',
      micros: 2 * DOLLAR,
      priced: 'known',
      learned: 'told',
    });
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
    scene.model.answers((response) => {
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
    scene.model.answers((response) => {
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

  it('that is broken off before any answer is paid for what it asked', async () => {
    const abort = new AbortController();
    scene.model.answers(() => abort.abort());
    await expect(call({ signal: abort.signal })).rejects.toThrow();
    const [told] = await metered();
    expect(told).toMatchObject({ learned: 'seen', tokens: { output: 0 } });
    expect(told?.tokens.input).toBeGreaterThan(10);
  });

  it('whose answer cannot be read costs what was reserved', async () => {
    scene.model.answers((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"usage":{"input_tokens":1,"output_tokens":1}}'));
    });
    expect(await (await call()).json()).toMatchObject({ usage: { output_tokens: 1 } });
    expect((await metered())[0]).toMatchObject({ micros: 10 * DOLLAR, learned: 'reserved' });
  });

  it('that fails costs nothing', async () => {
    scene.model.answers(
      (response) => void response.writeHead(529).end('{"type":"error","error":{"type":"overloaded_error"}}'),
    );
    expect((await call()).status).toBe(529);
    await until(async () =>
      expect((await ledger()).at(-1)).toMatchObject({ type: 'reservation-released', why: 'failed' }),
    );
  });

  it('counts for who speaks', async () => {
    const turn = { turn: 1, message: deriveId('m'), sequence: 1 };
    await scene.stage.happened('session', scene.session, { type: 'turn-started', ...turn, by: 'web:ben' });
    await call();
    expect((await metered())[0]).toMatchObject({ user: 'web:ben' });
  });

  it('of a model without a price costs the dearest', async () => {
    await call({ body: JSON.stringify({ model: 'mystery-1', max_tokens: 1 }) });
    // The answer names a model that is known.
    expect((await metered())[0]).toMatchObject({ model: 'claude-sonnet-5-5', priced: 'known' });
    scene.model.answers(whole({ input_tokens: 1, output_tokens: 1 }, 'mystery-1'));
    await call({ body: JSON.stringify({ model: 'mystery-1', max_tokens: 1 }) });
    expect((await metered(2))[1]).toMatchObject({ model: 'mystery-1', priced: 'dearest', micros: DOLLAR + 15 });
  });

  it('is not made where nobody could tell what it costs, or whose it is', async () => {
    expect((await call({ body: 'no json' })).status).toBe(400);
    expect((await call({ path: '/v1/messages/batches' })).status).toBe(403);
    expect((await call({ as: deriveId('nobody') })).status).toBe(403);
    await scene.stage.happened('session', scene.session, {
      type: 'session-closed',
      by: 'web:ana',
      message: deriveId('m'),
      sequence: 9,
    });
    expect((await call()).status).toBe(403);
    expect(scene.model.asked).toEqual([]);
  });

  it('that only counts tokens is free', async () => {
    await limit(0);
    expect((await call({ path: '/v1/messages/count_tokens' })).status).toBe(200);
    expect(await ledger()).toEqual([]);
  });
});

describe('without its log', () => {
  it('egress asks no model, says why, and books what it could not book once the log is back', async () => {
    const { promise: dead, resolve } = Promise.withResolvers<void>();
    scene.model.answers(async (response, request) => {
      await dead;
      await whole({ input_tokens: 1, output_tokens: 3 })(response, request);
    });
    const underWay = call();
    await until(() => expect(scene.model.asked).toHaveLength(1));
    await scene.stage.nats.kill();
    resolve();
    expect((await underWay).status).toBe(200);
    const refused = await call();
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('Threadbox: the log that decides about calls cannot be reached');
    expect(scene.model.asked).toHaveLength(1);
    await scene.stage.nats.start();
    expect((await metered())[0]).toMatchObject({ micros: 3 * DOLLAR });
  });
});
