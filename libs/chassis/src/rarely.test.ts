import { expect, it, vi } from 'vitest';
import { rarely } from './rarely.ts';

it('passes on the first of many, and another once it has been quiet for long enough', () => {
  vi.useFakeTimers();
  const heard: number[] = [];
  const tell = rarely(1000, (value: number) => heard.push(value));
  tell(1);
  tell(2);
  vi.advanceTimersByTime(999);
  tell(3);
  vi.advanceTimersByTime(1);
  tell(4);
  vi.useRealTimers();
  expect(heard).toEqual([1, 4]);
});
