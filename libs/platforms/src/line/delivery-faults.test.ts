import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Refused, Uncertain } from '../errors.ts';
import { startFakeLine } from '../testing/line-fake.ts';
import { quiet, testWorld } from '../testing/test-world.ts';
import { createApi } from './api.ts';
import { createDelivery } from './delivery.ts';

const ada = { userId: `U${'4a'.repeat(16)}`, displayName: 'Ada' };
const conversation = `line:${ada.userId}`;

/** What may go wrong with one try, and what may happen before the next one. */
const mishap = fc.constantFrom('drop', 'dropAfter', 'statusAfter', 'status', 'limit');
const meanwhile = fc.constantFrom('nothing', 'nothing', 'restart', 'wait', 'said');

it('gets every message there, once, or with a word that it may be a copy, whatever goes wrong', async () => {
  const api = await startFakeLine();
  let passed = 0;
  const now = (): number => Date.now() + passed;
  const world = testWorld('line');
  const settings = { LINE_API_ROOT: api.url, LINE_CHANNEL_ACCESS_TOKEN: api.token };
  const start = () => createDelivery(createApi(settings), { hints: world.hints, log: quiet, now });
  const said = async (): Promise<void> => {
    api.say(ada.userId, ada, 'Hello');
    const hint = { token: api.replyToken(ada.userId), until: now() + 50_000 };
    await world.hints.leave(conversation, JSON.stringify(hint));
  };
  const pass = (): void => {
    passed += 50_001;
    api.pass(50_001);
  };
  let runs = 0;

  const run = async (isTokenAlive: boolean, trouble: readonly (readonly [string, string])[]): Promise<void> => {
    runs += 1;
    const words = `message ${runs}.`;
    const key = `run-${runs}/0`;
    await said();
    if (!isTokenAlive) pass();
    let deliver = start();
    /** What the relay's record says: a message may stand there already. */
    let mayStand = false;
    let wasFalse = false;
    for (const [fault, then] of [...trouble, ['none', 'nothing'] as const]) {
      const call = ['reply', 'push'];
      if (fault === 'drop' || fault === 'dropAfter') api.failNext({ call, [fault]: true });
      if (fault === 'status' || fault === 'statusAfter') api.failNext({ call, [fault]: 502 });
      if (fault === 'limit') api.failNext({ call, status: 429 });
      const failed: unknown = await deliver(conversation, [{ type: 'text', text: words }], {
        key,
        retry: mayStand,
      }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failed === undefined) break;
      expect(failed).not.toBeInstanceOf(Refused);
      if (failed instanceof Uncertain) mayStand = true;
      if (then === 'said') await said();
      if (then === 'wait') pass();
      // A failure that LINE tells of though it was none is forgotten with the life that heard of it: the port takes a 5xx
      // as nothing done.
      wasFalse ||= fault === 'statusAfter';
      if (then === 'restart' && !wasFalse) deliver = start();
    }
    const texts = api.messages(ada.userId).map(({ text }) => text);
    const first = texts.indexOf(words);
    const more = texts.slice(first + 1);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(more.filter((text) => text === words).length).toBeLessThanOrEqual(1);
    expect(!more.includes(words) || more.at(-1)?.includes('sent again')).toBe(true);
    const isSimple = trouble.every(([, then]) => then === 'nothing' || then === 'said');
    expect(isSimple && more.length > 0).toBe(false);
  };

  await fc.assert(fc.asyncProperty(fc.boolean(), fc.array(fc.tuple(mishap, meanwhile), { maxLength: 5 }), run), {
    numRuns: 150,
  });
  await api.close();
});
