import { expect, it } from 'vitest';
import { until } from './replay.ts';

const fact = { sequence: 7, time: '2026-11-21T10:00:00.000Z' };

it('tells what had happened by a place in the log, or by a time', () => {
  expect(until(undefined)(fact)).toBe(true);
  expect([until('6')(fact), until('7')(fact)]).toEqual([false, true]);
  expect([until('2026-11-21T09:59:59Z')(fact), until('2026-11-21T10:00:00Z')(fact)]).toEqual([false, true]);
  expect(() => until('yesterday')).toThrow('neither');
});
