import { describe, expect, it, vi } from 'vitest';
import { quiet } from '../testing/test-world.ts';
import type { Incoming } from '../port.ts';
import { ALBUM_GAP, createTakeIn } from './take-in.ts';
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
  const take = createTakeIn({
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
    taker: () => (known ? take : undefined),
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

  it('takes the parts of an album in together, and answers none before', async () => {
    vi.useFakeTimers();
    const { deliver, accepted } = createHook();
    const part = (n: number): string =>
      JSON.stringify({
        update_id: n,
        message: {
          ...update.message,
          text: undefined,
          caption: n === 1 ? 'Look' : undefined,
          message_id: n,
          media_group_id: 'album',
          document: { file_id: `f${n}`, file_unique_id: `u${n}`, file_name: `${n}.txt` },
        },
      });
    const answers = [deliver(part(1)), deliver(part(2))];
    await vi.advanceTimersByTimeAsync(ALBUM_GAP - 1);
    answers.push(deliver(part(3)));
    await vi.advanceTimersByTimeAsync(ALBUM_GAP - 1);
    expect(accepted).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    expect(await Promise.all(answers)).toEqual([200, 200, 200]);
    expect(accepted).toMatchObject([
      { text: 'Look', files: [{ name: '1.txt' }, { name: '2.txt' }, { name: '3.txt' }] },
    ]);
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
