import { PARTITIONS, partitions } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { shareOf, shareSettings } from './share.ts';

const share = (REPLICAS: number, ORDINAL: string) => shareOf(shareSettings.parse({ REPLICAS, ORDINAL }));

describe('the shares of a service’s replicas', () => {
  it.each(Array.from({ length: PARTITIONS }, (_, n) => n + 1))(
    'of %i: each partition is one’s own, and everybody stands behind somebody for the rest',
    (replicas) => {
      const shares = Array.from({ length: replicas }, (_, ordinal) => share(replicas, `relay-${ordinal}`));
      const everyone = new Set(Array.from({ length: replicas }, (_, n) => n));
      for (const p of partitions) {
        const priorities = shares.map((one) => one.partitions.find((reading) => reading.p === p)?.priority);
        expect(new Set(priorities)).toEqual(everyone);
      }
      expect(new Set(shares.map(({ priority }) => priority))).toEqual(everyone);
      expect(shares.filter((one) => one.isFirst)).toHaveLength(1);
      for (const one of shares) expect(one.partitions.some(({ priority }) => priority === 0)).toBe(true);
    },
  );
  it('are everything where nothing is said', () => {
    const all = partitions.map((p) => ({ p, priority: 0 }));
    expect(shareOf(shareSettings.parse({}))).toEqual({ partitions: all, priority: 0, isFirst: true });
  });
  it('are refused where there is no such replica', () => {
    expect(() => share(2, 'relay-2')).toThrow('ORDINAL: is 2, and of 2 the last is 1');
    for (const wrong of ['relay', 'relay-', '-1x', ''])
      expect(shareSettings.safeParse({ ORDINAL: wrong }).success).toBe(false);
    for (const wrong of [0, PARTITIONS + 1, 1.5])
      expect(shareSettings.safeParse({ REPLICAS: wrong }).success).toBe(false);
  });
});
