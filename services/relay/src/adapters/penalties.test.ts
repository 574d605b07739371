import { expect, it } from 'vitest';
import { createPenalties } from './penalties.ts';

it('last as long as the platform said, however the clock is turned', () => {
  let [wall, running] = [1_000_000, 500];
  const clocks = { now: () => wall, running: () => running };
  const penalties = createPenalties(new Map([['old', 1_003_000]]), clocks);
  expect(penalties.impose('new', 2000)).toBe(1_002_000);
  wall -= 3_600_000;
  running += 1500;
  expect([penalties.left('old'), penalties.left('new'), penalties.left('none')]).toEqual([1500, 500, 0]);
  expect(penalties.resting()).toBe(2);
  wall += 7_200_000;
  running += 1500;
  expect([penalties.left('old'), penalties.left('new')]).toEqual([0, 0]);
  expect(penalties.resting()).toBe(0);
});
