import { deriveId } from '@threadbox/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RateLimited, Refused, Uncertain } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import { type FakeLine, startFakeLine } from '../testing/line-fake.ts';
import { quiet, testWorld } from '../testing/test-world.ts';
import { createApi } from './api.ts';
import { createDelivery, type Deliver } from './delivery.ts';

const ada = { userId: `U${'4a'.repeat(16)}`, displayName: 'Ada' };
const chat = ada.userId;
const conversation = `line:${chat}`;
const text = (words: string) => [{ type: 'text' as const, text: words }];

describe('how a message gets to LINE', () => {
  let api: FakeLine;
  let world: ReturnType<typeof testWorld>;
  let passed: number;
  let deliver: Deliver;
  const lines: string[] = [];
  const log: PlatformLog = { ...quiet, error: (_, words) => void lines.push(words) };

  const restart = (): void => {
    const settings = { LINE_API_ROOT: api.url, LINE_CHANNEL_ACCESS_TOKEN: api.token };
    deliver = createDelivery(createApi(settings), { hints: world.hints, log, now: () => Date.now() + passed });
  };
  const pass = (milliseconds: number): void => {
    passed += milliseconds;
    api.pass(milliseconds);
  };
  /** Somebody says something, and the listener leaves the token. */
  const said = async (): Promise<void> => {
    api.say(chat, ada, 'Hello');
    const token = api.replyToken(chat);
    await world.hints.leave(conversation, JSON.stringify({ token, until: Date.now() + passed + 50_000 }));
  };
  const ways = (): string[] => api.calls.map(({ call }) => call);
  const standing = (): string[] => api.messages(chat).map((message) => message.text);
  const failing = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'no error',
      (error: unknown) => error,
    );

  beforeEach(async () => {
    api = await startFakeLine();
    world = testWorld('line');
    passed = 0;
    lines.length = 0;
    restart();
    await said();
  });
  afterEach(() => api.close());

  it('replies while it can, which costs nothing, and pushes after that', async () => {
    api.setQuota(500);
    await deliver(conversation, text('one'), { key: 'a/0' });
    await deliver(conversation, text('two'), { key: 'a/1' });
    await said();
    await deliver(conversation, text('three'), { key: 'b/0' });
    await said();
    pass(50_001);
    await deliver(conversation, text('four'), { key: 'c/0' });
    expect(ways()).toEqual(['reply', 'push', 'reply', 'push']);
    expect(standing()).toEqual(['one', 'two', 'three', 'four']);
    expect(api.calls[1]?.retryKey).toBe(deriveId('line', 'a/1'));
  });

  it('sends several messages as one call and tells the id of each', async () => {
    const ids = await deliver(conversation, [...text('one'), ...text('two')], { key: 'a/0' });
    expect(ids).toEqual(api.messages(chat).map(({ id }) => id));
    expect(ways()).toEqual(['reply']);
  });

  it('tells the same ids when it is asked for the same again', async () => {
    const ids = await deliver(conversation, text('one'), { key: 'a/0' });
    expect(await deliver(conversation, text('one'), { key: 'a/0', retry: true })).toEqual(ids);
    expect(standing()).toEqual(['one']);
  });

  it('pushes where the token turns out to be dead', async () => {
    api.pass(61_000);
    await deliver(conversation, text('one'), { key: 'a/0' });
    expect(ways()).toEqual(['reply', 'push']);
    expect(standing()).toEqual(['one']);
  });

  it('pushes at once where nothing was left, or nothing that is a token', async () => {
    await world.hints.leave(conversation, '{"token":5}');
    await deliver(conversation, text('one'), { key: 'a/0' });
    world.hints.find = () => Promise.reject(new Error('NATS is away'));
    await deliver(conversation, text('two'), { key: 'a/1' });
    expect(ways()).toEqual(['push', 'push']);
  });

  it('settles a reply whose answer was lost by its token, which works only once', async () => {
    api.failNext({ call: 'reply', dropAfter: true });
    expect(await failing(deliver(conversation, text('one'), { key: 'a/0' }))).toBeInstanceOf(Uncertain);
    expect(await deliver(conversation, text('one'), { key: 'a/0', retry: true })).toEqual([deriveId('line', 'a/0', 0)]);
    expect(ways()).toEqual(['reply', 'reply']);
    expect(standing()).toEqual(['one']);
  });

  it('settles one that never arrived the same way', async () => {
    api.failNext({ call: 'reply', drop: true });
    expect(await failing(deliver(conversation, text('one'), { key: 'a/0' }))).toBeInstanceOf(Uncertain);
    await deliver(conversation, text('one'), { key: 'a/0', retry: true });
    expect(ways()).toEqual(['reply', 'reply']);
    expect(standing()).toEqual(['one']);
  });

  it('settles one that LINE says has failed, though it has not', async () => {
    api.failNext({ call: 'reply', statusAfter: 500 });
    const failed = await failing(deliver(conversation, text('one'), { key: 'a/0' }));
    expect(failed).toBeInstanceOf(Error);
    expect(failed).not.toBeInstanceOf(Uncertain);
    await deliver(conversation, text('one'), { key: 'a/0' });
    expect(standing()).toEqual(['one']);
  });

  it('does not let another message take the token of one that is not settled', async () => {
    api.failNext({ call: 'reply', drop: true });
    await failing(deliver(conversation, text('one'), { key: 'a/0' }));
    await deliver(conversation, text('two'), { key: 'b/0' });
    await deliver(conversation, text('one'), { key: 'a/0', retry: true });
    expect(ways()).toEqual(['reply', 'push', 'reply']);
    expect(standing()).toEqual(['two', 'one']);
  });

  it('says that a message may be a copy where nothing can settle it any more', async () => {
    api.failNext({ call: 'reply', dropAfter: true });
    await failing(deliver(conversation, text('one'), { key: 'a/0' }));
    pass(50_001);
    await deliver(conversation, text('one'), { key: 'a/0', retry: true });
    expect(standing()).toEqual(['one', 'one', expect.stringContaining('sent again')]);
  });

  it('does so after a restart too, where it was a reply', async () => {
    api.failNext({ call: 'reply', dropAfter: true });
    await failing(deliver(conversation, text('one'), { key: 'a/0' }));
    restart();
    await deliver(conversation, text('one'), { key: 'a/0', retry: true });
    expect(standing()).toEqual(['one', 'one', expect.stringContaining('sent again')]);
  });

  it('makes no copy after a restart where it was a push', async () => {
    pass(50_001);
    api.failNext({ call: 'push', dropAfter: true });
    expect(await failing(deliver(conversation, text('one'), { key: 'a/0' }))).toBeInstanceOf(Uncertain);
    const stands = api.messages(chat).map(({ id }) => id);
    restart();
    await said();
    expect(await deliver(conversation, text('one'), { key: 'a/0', retry: true })).toEqual(stands);
    expect(standing()).toEqual(['one']);
  });

  it('repeats a push whose answer was lost, in the same life, word for word', async () => {
    pass(50_001);
    api.failNext({ call: 'push', drop: true });
    await failing(deliver(conversation, text('one'), { key: 'a/0' }));
    await said();
    await deliver(conversation, text('one'), { key: 'a/0', retry: true });
    expect(ways()).toEqual(['push', 'push']);
    expect(standing()).toEqual(['one']);
  });

  it('waits two seconds where LINE names no time, and keeps the token for the next try', async () => {
    api.failNext({ call: 'reply', status: 429, message: 'The API rate limit has been exceeded. Try again later.' });
    expect(await failing(deliver(conversation, text('one'), { key: 'a/0' }))).toMatchObject({ retryAfter: 2000 });
    await deliver(conversation, text('one'), { key: 'a/0' });
    expect(ways()).toEqual(['reply', 'reply']);
  });

  it('waits an hour once the month’s messages are used up, says what to do, and replies where it can', async () => {
    api.setQuota(200, 200);
    pass(50_001);
    const limited = await failing(deliver(conversation, text('one'), { key: 'a/0' }));
    expect(limited).toBeInstanceOf(RateLimited);
    expect(limited).toMatchObject({ retryAfter: 3_600_000 });
    expect(lines.join()).toContain('LINE Official Account Manager');
    await said();
    await deliver(conversation, text('one'), { key: 'a/0' });
    expect(ways()).toEqual(['push', 'reply']);
  });

  it('says what LINE refuses, and does not try another way', async () => {
    const refused = await failing(deliver(conversation, text('x'.repeat(5001)), { key: 'a/0' }));
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ reason: expect.stringContaining('messages/0/text') });
    expect(ways()).toEqual(['reply']);
  });

  it.each([403, 404])('takes a %i as a refusal', async (status) => {
    pass(50_001);
    api.failNext({ call: 'push', status });
    expect(await failing(deliver(conversation, text('one'), { key: 'a/0' }))).toBeInstanceOf(Refused);
  });

  it('knows that nothing was sent where LINE cannot be reached', async () => {
    await api.close();
    const failed = await failing(deliver(conversation, text('one'), { key: 'a/0' }));
    expect(failed).not.toBeInstanceOf(Uncertain);
    expect(failed).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
  });
});
