import { PARTITIONS, partitions } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { shareOf, shareSettings } from './share.ts';

const share = (REPLICAS: number, ORDINAL: string) => shareOf(shareSettings.parse({ REPLICAS, ORDINAL }));

describe('the shares of a service’s replicas', () => {
  it.each(Array.from({ length: PARTITIONS }, (_, n) => n + 1))(
    'of %i: each partition once, one is the first',
    (replicas) => {
      const shares = Array.from({ length: replicas }, (_, ordinal) => share(replicas, `relay-${ordinal}`));
      expect(shares.flatMap((one) => one.partitions).toSorted((one, other) => one - other)).toEqual(partitions);
      expect(shares.filter((one) => one.isFirst)).toHaveLength(1);
      expect(Math.min(...shares.map((one) => one.partitions.length))).toBeGreaterThan(0);
    },
  );
  it('are everything where nothing is said', () => {
    expect(shareOf(shareSettings.parse({}))).toEqual({ partitions, isFirst: true });
  });
  it('are refused where there is no such replica', () => {
    expect(() => share(2, 'relay-2')).toThrow('ORDINAL: is 2, and of 2 the last is 1');
    for (const wrong of ['relay', 'relay-', '-1x', ''])
      expect(shareSettings.safeParse({ ORDINAL: wrong }).success).toBe(false);
    for (const wrong of [0, PARTITIONS + 1, 1.5])
      expect(shareSettings.safeParse({ REPLICAS: wrong }).success).toBe(false);
  });
});
