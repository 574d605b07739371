import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTurns } from './turns.ts';

const finished: number[] = [];
let isBehind = false;
const open = () =>
  createTurns({
    record: {
      turn: () => Promise.resolve(undefined),
      interrupt: () => Promise.resolve(),
      interruptFollowing: () => Promise.resolve(),
      finish: async (_, turn) => void finished.push(turn),
    },
    writer: { persist: (work) => work() },
    progress: { isBehind: () => isBehind },
    announcedWithin: 3000,
  });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  finished.length = 0;
});

describe('the conversation of a turn', () => {
  it('is waited for as long as its announcement may stand behind a message that waits for its chat', async () => {
    isBehind = true;
    const turns = open();
    const found = turns.conversationOf('session', 1, 0);
    await vi.advanceTimersByTimeAsync(600_000);
    turns.at('session', 1).announce('chat:1');
    expect(await found).toBe('chat:1');
  });

  it('is given up soon where nothing is under way', async () => {
    isBehind = false;
    const found = open()
      .conversationOf('session', 1, 0)
      .catch((error: unknown) => String(error));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await found).toContain('not announced');
  });
});

describe('the last word of a turn', () => {
  it('is written once, though two come at the same time', async () => {
    const turns = open();
    const words: string[] = [];
    await Promise.all(
      ['the answer', 'closed'].map((word) => turns.settle('session', 1, async () => void words.push(word))),
    );
    expect([words, finished]).toEqual([['the answer'], [1]]);
  });

  it('is tried again after it failed', async () => {
    const turns = open();
    await expect(turns.settle('session', 1, () => Promise.reject(new Error('no NATS')))).rejects.toThrow('no NATS');
    expect(finished).toEqual([]);
    const words: string[] = [];
    await turns.settle('session', 1, async () => void words.push('the answer'));
    expect([words, finished]).toEqual([['the answer'], [1]]);
  });
});
