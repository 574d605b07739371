import { expect, it } from 'vitest';
import { afterCall, type Pace } from './pace.ts';

it('lets a burst through, then two calls a second, and no more however long it was quiet', () => {
  const calls = (count: number, now: number, from?: Pace) => {
    let pace = from;
    let passed = 0;
    for (let n = 0; n < count; n += 1) {
      const next = afterCall(pace, now);
      passed += next.wait === undefined ? 1 : 0;
      pace = next;
    }
    return { passed, pace };
  };
  const burst = calls(500, 0);
  expect(burst.passed).toBe(120);
  expect(calls(500, 10_000, burst.pace).passed).toBe(20);
  expect(calls(500, 3_600_000, burst.pace).passed).toBe(120);
  expect(afterCall({ left: 0, at: 0 }, 0).wait).toBe(1);
  // A clock that goes back gives nothing.
  expect(calls(5, -10_000, burst.pace).passed).toBe(0);
});
