import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createIdleWatch } from './idle-watch.ts';

const cause = { id: 'cause', correlation: 'cause' };
let set: Array<[string, number]> = [];
const watch = () => createIdleWatch(1000, async (id, at) => void set.push([id, at.getTime()]));

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  set = [];
});
afterEach(() => void vi.useRealTimers());

it('never looks earlier than asked, and moves the timer only where it would', async () => {
  const look = watch();
  for (const time of [0, 50, 100, 101, 150]) {
    vi.setSystemTime(time);
    await look('a', cause);
    expect(set.at(-1)?.[1]).toBeGreaterThanOrEqual(time + 1000);
  }
  expect(set).toEqual([
    ['a', 1100],
    ['a', 1201],
  ]);
});

it('sets it again once it was due, and keeps sessions apart', async () => {
  const look = watch();
  await look('a', cause);
  vi.setSystemTime(5000);
  await look('a', cause);
  await look('b', cause);
  expect(set).toEqual([
    ['a', 1100],
    ['a', 6100],
    ['b', 6100],
  ]);
});

it('tries again where the timer could not be set', async () => {
  const failing = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('no NATS')).mockResolvedValue(undefined);
  const look = createIdleWatch(1000, failing);
  await expect(look('a', cause)).rejects.toThrow('no NATS');
  await look('a', cause);
  expect(failing).toHaveBeenCalledTimes(2);
});
