import { describe, expect, it } from 'vitest';
import { quiet } from '../testing/test-world.ts';
import type { Incoming } from '../port.ts';
import { createTakeIn } from './take-in.ts';
import { createWebhook } from './webhook.ts';

const secret = 'aB3-dE6_gH9jK2mN5pQ8sT1v';
const update = {
  update_id: 1,
  message: {
    message_id: 1,
    from: { id: 2, is_bot: false, first_name: 'Ada' },
    chat: { id: 2, type: 'private' },
    text: 'Hi',
  },
};

const createHook = ({
  accept = () => Promise.resolve(),
  known = true,
}: { accept?: () => Promise<void>; known?: boolean } = {}) => {
  const accepted: Incoming[] = [];
  const read = createTakeIn({
    bot: { prefix: 'telegram', id: 7, username: 'b' },
    open: () => () => Promise.reject(new Error('no files here')),
    accept: async (incoming) => {
      await accept();
      accepted.push(incoming);
    },
    answer: () => {},
  });
  const fetch = createWebhook({
    path: '/telegram/webhook',
    secret,
    reader: () => (known ? read : undefined),
    log: quiet,
  });
  const deliver = async (
    body: string | ReadableStream,
    { token = secret, method = 'POST', path = '/telegram/webhook' } = {},
  ): Promise<number> => {
    const headers = { 'x-telegram-bot-api-secret-token': token };
    const request = new Request(`http://localhost${path}`, {
      method,
      headers,
      ...(method === 'POST' && { body, duplex: 'half' }),
    });
    return (await fetch(request)).status;
  };
  return { deliver, accepted };
};

describe('the webhook', () => {
  it('answers 200 to an update that was accepted', async () => {
    const { deliver, accepted } = createHook();
    expect(await deliver(JSON.stringify(update))).toBe(200);
    expect(accepted).toHaveLength(1);
  });

  it.each(['', 'wrong', `${secret}x`])('answers 401 to the secret %j, and takes nothing in', async (token) => {
    const { deliver, accepted } = createHook();
    expect(await deliver(JSON.stringify(update), { token })).toBe(401);
    expect(accepted).toEqual([]);
  });

  it('answers 413 to a body over 1 MiB, whether it says its size or not', async () => {
    const { deliver, accepted } = createHook();
    const large = JSON.stringify({ ...update, padding: 'x'.repeat(1024 * 1024) });
    expect(await deliver(large)).toBe(413);
    expect(await deliver(new Blob([large]).stream())).toBe(413);
    expect(accepted).toEqual([]);
  });

  it.each(['', '{', 'null', '[]', '{"update_id":"1"}', '{"update_id":1,"message":{"text":5}}'])(
    'answers 400 to %j',
    async (body) => {
      expect(await createHook().deliver(body)).toBe(400);
    },
  );

  it('answers 200 to an update that says nothing to us, so that it does not come again', async () => {
    expect(await createHook().deliver('{"update_id":1,"poll":{}}')).toBe(200);
  });

  it('answers 503 to what was not accepted, and to everything until the bot is known', async () => {
    const failing = createHook({ accept: () => Promise.reject(new Error('no log')) });
    expect(await failing.deliver(JSON.stringify(update))).toBe(503);
    expect(await createHook({ known: false }).deliver(JSON.stringify(update))).toBe(503);
  });

  it('answers 404 and 405 elsewhere', async () => {
    const { deliver } = createHook();
    expect(await deliver('', { path: '/telegram/other' })).toBe(404);
    expect(await deliver('', { method: 'GET' })).toBe(405);
  });
});
