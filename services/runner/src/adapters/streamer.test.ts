import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createStreamer } from './streamer.ts';

const idle = { tools: 0, plan: [] };

/** A reader of what is sent; `lose` says which sendings are lost, and `late` which arrive although they seem lost. */
const reader = ({
  lose = () => false,
  late = () => false,
}: { lose?: (n: number) => boolean; late?: (n: number) => boolean } = {}) => {
  let text = '';
  let sendings = 0;
  const activities: unknown[] = [];
  const seen = new Set<number>();
  const streamer = createStreamer({
    interval: 1,
    plenty: 50,
    sendText: async (at, piece) => {
      sendings += 1;
      if (lose(sendings)) return false;
      // As JetStream does it: an id that is known is kept out.
      if (!seen.has(at)) text = text.slice(0, at) + piece;
      seen.add(at);
      return !late(sendings);
    },
    sendActivity: async (_, activity) => activities.push(activity) > 0,
  });
  return { streamer, text: () => text, sendings: () => sendings, activities };
};

const until = async (so: () => boolean): Promise<void> => {
  while (!so()) await sleep(1);
};

describe('a streamed answer', () => {
  it('arrives whole, in fewer sendings than pieces', async () => {
    const { streamer, text, sendings } = reader();
    let answer = '';
    for (let word = 0; word < 100; word += 1) streamer.changed((answer += `${word} `), idle);
    await until(() => text() === answer);
    expect(sendings()).toBeLessThan(10);
    await streamer.stop();
  });

  it.each([
    ['are lost', { lose: (n: number) => n % 2 === 1 }],
    ['arrive although they seemed lost', { late: (n: number) => n % 2 === 1 }],
  ])('arrives whole when sendings %s while it grows', async (_, faults) => {
    const { streamer, text } = reader(faults);
    let answer = '';
    for (let word = 0; word < 50; word += 1) {
      streamer.changed((answer += `${word} `), idle);
      await sleep(1);
    }
    await until(() => text() === answer);
    expect(text()).toBe(answer);
    await streamer.stop();
  });

  it('never cuts a character in two', async () => {
    const { streamer, text } = reader();
    streamer.changed('a\uD83D', idle);
    await until(() => text() !== '');
    expect(text()).toBe('a');
    streamer.changed('a\uD83D\uDE00', idle);
    await until(() => text() === 'a😀');
    await streamer.stop();
    expect(text()).toBe('a😀');
  });

  it('sends an activity when it changed, and not otherwise', async () => {
    const { streamer, text, activities } = reader();
    streamer.changed('a', idle);
    await until(() => text() === 'a');
    streamer.changed('ab', { ...idle, tools: 1 });
    await until(() => text() === 'ab');
    streamer.changed('abc', { ...idle, tools: 1 });
    await until(() => text() === 'abc');
    await streamer.stop();
    expect(activities).toEqual([{ tools: 1, plan: [] }]);
  });
});
