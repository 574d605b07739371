import { describe, expect, it } from 'vitest';
import { Refused } from '../errors.ts';
import { quiet } from '../testing/test-world.ts';
import { createGate } from './gate.ts';
import { createIntake } from './lanes.ts';

const soon = (): number => 1;
const failing = (times: number, then: () => void): (() => Promise<void>) => {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) return Promise.reject(new Error('not now'));
    then();
    return Promise.resolve();
  };
};

describe('work in lanes', () => {
  it('is tried until it is done, in order', async () => {
    const intake = createIntake(quiet, new AbortController().signal, soon);
    const done: string[] = [];
    const note = (name: string) => (): void => void done.push(name);
    const all = [
      intake.take('a', failing(3, note('a1'))),
      intake.take('a', failing(0, note('a2'))),
      intake.take('b', failing(0, note('b1'))),
    ];
    expect(intake.oldest()).toBeLessThanOrEqual(Date.now());
    await Promise.all(all);
    expect(done).toEqual(['b1', 'a1', 'a2']);
    expect(intake.oldest()).toBe(Infinity);
  });

  it('is given up where the platform refuses, or patience ends, and what is behind it goes on', async () => {
    const intake = createIntake(quiet, new AbortController().signal, soon);
    const ends: boolean[] = [];
    const after = (isDone: boolean): Promise<void> => Promise.resolve(void ends.push(isDone));
    await Promise.all([
      intake.take('a', () => Promise.reject(new Refused('gone')), { after }),
      intake.take('a', () => Promise.reject(new Error('not now')), { patience: 0, after }),
      intake.take('a', () => Promise.resolve(), { after }),
    ]);
    expect(ends).toEqual([false, false, true]);
  });

  it('that was not done when it stopped stays undone, and so does what is behind it', async () => {
    const stopping = new AbortController();
    const intake = createIntake(quiet, stopping.signal, soon);
    const done: string[] = [];
    void intake.take('a', () => {
      stopping.abort();
      return Promise.reject(new Error('not now'));
    });
    void intake.take('a', () => Promise.resolve(void done.push('second')));
    await intake.settled();
    expect(done).toEqual([]);
  });
});

describe('a gate', () => {
  it('lets through in order what it held, once every reason is gone', () => {
    const gate = createGate('start');
    const passed: number[] = [];
    const pass = (n: number): void => gate.pass(() => void passed.push(n));
    pass(1);
    gate.hold(0);
    gate.release('start');
    pass(2);
    expect([passed, gate.isOpen()]).toEqual([[], false]);
    gate.release(0);
    pass(3);
    expect([passed, gate.isOpen()]).toEqual([[1, 2, 3], true]);
  });
});
