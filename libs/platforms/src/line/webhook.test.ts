import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PlatformLog } from '../log.ts';
import type { Incoming } from '../port.ts';
import { quiet, testWorld } from '../testing/test-world.ts';
import { createTakeIn } from './take-in.ts';
import { createWebhook } from './webhook.ts';

const secret = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const botId = `U${'b0'.repeat(16)}`;
const user = (letter: string): string => `U${letter.repeat(32)}`;

type Options = {
  accept?: (incoming: Incoming) => Promise<void>;
  known?: boolean;
  log?: PlatformLog;
  now?: () => number;
};

let events = 0;
const event = (text: string, { from = 'a', ago = 0, isRedelivery = false, id = `${(events += 1)}` } = {}): object => ({
  type: 'message',
  mode: 'active',
  timestamp: Date.now() - ago,
  source: { type: 'user', userId: user(from) },
  webhookEventId: `01FZ${id}`,
  deliveryContext: { isRedelivery },
  replyToken: `token-${id}`,
  message: { type: 'text', id, text, quoteToken: 'q' },
});

const sign = (body: string, key = secret): string => createHmac('sha256', key).update(body).digest('base64');

const createHook = ({ accept = () => Promise.resolve(), known = true, log = quiet, now = Date.now }: Options = {}) => {
  const accepted: Incoming[] = [];
  const { hints } = testWorld('line');
  const take = createTakeIn({
    bot: { prefix: 'line', id: botId },
    open: () => () => Promise.reject(new Error('no files here')),
    names: (name) => Promise.resolve(name.slice(-3)),
    hints,
    accept: async (incoming) => {
      await accept(incoming);
      accepted.push(incoming);
    },
    log,
    now,
  });
  const fetch = createWebhook({ path: '/line/webhook', secret, taker: () => (known ? take : undefined), log });
  const send = async (
    body: string | ReadableStream,
    {
      signature = sign(typeof body === 'string' ? body : ''),
      method = 'POST',
      path = '/line/webhook',
    }: { signature?: string | null; method?: string; path?: string } = {},
  ): Promise<number> => {
    const headers = signature === null ? {} : { 'x-line-signature': signature };
    const request = new Request(`http://localhost${path}`, {
      method,
      headers,
      ...(method === 'POST' && { body, duplex: 'half' }),
    });
    return (await fetch(request)).status;
  };
  const deliver = (...all: object[]): Promise<number> => send(JSON.stringify({ destination: botId, events: all }));
  const texts = (): unknown[] => accepted.map((each) => each.kind === 'message' && each.text);
  return { deliver, send, accepted, texts, hints };
};

describe('the webhook', () => {
  it('answers 200 to what was accepted, and to LINE’s trial without events', async () => {
    const { deliver, texts } = createHook();
    expect(await deliver(event('Hi'))).toBe(200);
    expect(await deliver()).toBe(200);
    expect(texts()).toEqual(['Hi']);
  });

  it('takes in only the very bytes that LINE signed, and tells once of others', async () => {
    const lines: string[] = [];
    const log = { ...quiet, warn: (_: object, text: string) => void lines.push(text) };
    const { send, accepted } = createHook({ log });
    const body = JSON.stringify({ destination: botId, events: [event('Hi')] });
    const other = '1f1e2d3c4b5a69788796a5b4c3d2e1f0';
    for (const signature of [
      null,
      '',
      'x',
      sign(body, other),
      sign(`${body} `),
      `${sign(body).startsWith('A') ? 'B' : 'A'}${sign(body).slice(1)}`,
    ])
      expect(await send(body, { signature })).toBe(401);
    expect(await send(body.replace('Hi', 'Ho'), { signature: sign(body) })).toBe(401);
    expect(accepted).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  it('answers 413 to a body over 1 MiB, whether it says its size or not, before anything is read of it', async () => {
    const { send, accepted } = createHook();
    const large = JSON.stringify({ destination: botId, events: [event('Hi')], padding: 'x'.repeat(1024 * 1024) });
    expect(await send(large)).toBe(413);
    expect(await send(new Blob([large]).stream(), { signature: sign(large) })).toBe(413);
    expect(accepted).toEqual([]);
  });

  it.each(['', '{', 'null', '[]', '{"events":[]}', '{"destination":"U","events":{}}'])(
    'answers 400 to %j',
    async (body) => {
      expect(await createHook().send(body)).toBe(400);
    },
  );

  it('answers 404 and 405 elsewhere, and 503 while nobody listens', async () => {
    const { send } = createHook();
    expect(await send('', { path: '/line/other' })).toBe(404);
    expect(await send('', { method: 'GET' })).toBe(405);
    expect(await createHook({ known: false }).deliver(event('Hi'))).toBe(503);
  });

  it('leaves out what it cannot read, and takes in the rest', async () => {
    const { deliver, texts } = createHook();
    expect(await deliver({ type: 'message' }, { ...event('x'), mode: 7 }, event('Hi'))).toBe(200);
    expect(texts()).toEqual(['Hi']);
  });

  it('answers 500 to what was not accepted, takes in nothing behind it, and nothing twice when it comes again', async () => {
    let refuse = true;
    const { deliver, texts } = createHook({
      accept: (incoming) =>
        refuse && incoming.kind === 'message' && incoming.text === 'two'
          ? Promise.reject(new Error('no log'))
          : Promise.resolve(),
    });
    const all = [event('one'), event('two'), event('three'), event('other', { from: 'b' })];
    expect(await deliver(...all)).toBe(500);
    expect(new Set(texts())).toEqual(new Set(['one', 'other']));
    refuse = false;
    expect(await deliver(...all)).toBe(200);
    expect(texts().slice(2)).toEqual(['two', 'three']);
  });

  it('takes in what was recorded and is sent again at once only the first time', async () => {
    const { deliver, accepted } = createHook();
    const recorded = event('Pay');
    expect(await deliver(recorded)).toBe(200);
    expect(await deliver(recorded)).toBe(200);
    expect(accepted).toHaveLength(1);
  });

  it('takes in once what comes twice at the same time', async () => {
    const gate = Promise.withResolvers<void>();
    const { deliver, accepted } = createHook({ accept: () => gate.promise });
    const twice = event('Hi');
    const answers = Promise.all([deliver(twice), deliver(twice)]);
    gate.resolve();
    expect(await answers).toEqual([200, 200]);
    expect(accepted).toHaveLength(1);
  });

  it('refuses what is older than five minutes, and says how many; what LINE brings again may be of any age', async () => {
    const lines: object[] = [];
    const log = { ...quiet, warn: (fields: object) => void lines.push(fields) };
    const { deliver, texts } = createHook({ log });
    expect(await deliver(event('old', { ago: 301_000 }), event('new'))).toBe(500);
    expect(await deliver(event('old', { ago: 301_000 }))).toBe(500);
    expect(texts()).toEqual(['new']);
    expect(lines).toEqual([
      { events: 1, refused: 1 },
      { events: 1, refused: 2 },
    ]);
    expect(await deliver(event('old', { ago: 301_000, isRedelivery: true }))).toBe(200);
    expect(texts()).toEqual(['new', 'old']);
  });

  it('leaves the newest reply token before the event is accepted', async () => {
    const conversation = `line:${user('a')}`;
    const found: unknown[] = [];
    const { deliver, hints } = createHook({
      accept: async () => void found.push(JSON.parse((await hints.find(conversation))!.text)),
    });
    const now = Date.now();
    await deliver(event('one', { id: '701' }), event('two', { id: '702' }));
    expect(found).toMatchObject([{ token: 'token-701' }, { token: 'token-702' }]);
    for (const { until } of found as { until: number }[]) expect(until - now).toBeLessThanOrEqual(51_000);
  });
});
