import { expect, it } from 'vitest';
import { fold, type Decider } from './decider.ts';
import { given } from './given.ts';
import { Rejected } from './rejected.ts';

type Event = { type: 'counted'; by: number };
const counter: Decider<number, number, Event> = {
  initial: 0,
  decide: (by, total) => {
    if (total + by > 10) throw new Rejected('too-much');
    return by === 0 ? [] : [{ type: 'counted', by }];
  },
  evolve: (total, { by }) => total + by,
};

it('folds events from the start, or from a state that was kept', () => {
  const events: Event[] = [
    { type: 'counted', by: 2 },
    { type: 'counted', by: 3 },
  ];
  expect(fold(counter, events)).toBe(5);
  expect(fold(counter, events, 4)).toBe(9);
});

it('shows what the last command made happen, after those before it', () => {
  expect(given(counter, { type: 'counted', by: 1 })(2, 0)).toEqual([]);
  expect(() => given(counter)(6, 5)).toThrow(new Rejected('too-much'));
});
