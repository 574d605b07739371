import type { ConsumerInfo } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { isDeaf, standingOf } from './reader-watch.ts';

/** What NATS says of a durable: how many messages wait, how many are in hand, up to where they were given out and done. */
const info = (pending: number, inHand: number, delivered: number, floor: number): ConsumerInfo =>
  ({
    num_pending: pending,
    num_ack_pending: inHand,
    delivered: { stream_seq: delivered, consumer_seq: delivered },
    ack_floor: { stream_seq: floor, consumer_seq: floor },
  }) as ConsumerInfo;
const MINUTE = 60_000;

/** How it stands after looks at these moments, in seconds. */
const after = (...looks: Array<[seconds: number, info: ConsumerInfo]>) =>
  looks.reduce<ReturnType<typeof standingOf> | undefined>(
    (last, [seconds, each]) => standingOf(each, last, seconds * 1000),
    undefined,
  )!;

describe('a durable reader', () => {
  it('is deaf where messages wait, nobody has any, and none was given out for a minute', () => {
    expect(isDeaf(after([0, info(3, 0, 10, 10)], [60, info(4, 0, 10, 10)]))).toBe(true);
  });
  it('is not before the minute is over, nor by one look', () => {
    expect(isDeaf(after([0, info(3, 0, 10, 10)], [59, info(4, 0, 10, 10)]))).toBe(false);
    expect(isDeaf(after([500, info(3, 0, 10, 10)]))).toBe(false);
  });
  it('is not while it works on something, however long that takes', () =>
    expect(isDeaf(after([0, info(3, 1, 11, 10)], [600, info(3, 1, 11, 10)]))).toBe(false));
  it('is not while anything is given out, though more comes than is done', () =>
    expect(isDeaf(after([0, info(900, 0, 10, 10)], [50, info(950, 0, 40, 40)], [100, info(990, 0, 70, 70)]))).toBe(
      false,
    ));
  it('is not where nothing waits', () =>
    expect(isDeaf(after([0, info(0, 0, 10, 10)], [9999, info(0, 0, 10, 10)]))).toBe(false));
  it('begins to wait with the first that waits, not with the last that was done', () => {
    const standing = after([0, info(0, 0, 10, 10)], [600, info(1, 0, 10, 10)], [630, info(1, 0, 10, 10)]);
    expect(standing).toMatchObject({ since: 10 * MINUTE });
    expect(isDeaf(standing)).toBe(false);
  });
});
