import { SHARES, shares } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { shareOf, shareSettings } from './share.ts';

const share = (REPLICAS: number, ORDINAL: string) => shareOf(shareSettings.parse({ REPLICAS, ORDINAL }));

describe('the shares of a service’s replicas', () => {
  it.each(Array.from({ length: SHARES }, (_, n) => n + 1))('of %i: each share once, one is the first', (replicas) => {
    const all = Array.from({ length: replicas }, (_, ordinal) => share(replicas, `relay-${ordinal}`));
    expect(all.flatMap((one) => one.shares).toSorted((one, other) => one - other)).toEqual(shares);
    expect(all.filter((one) => one.isFirst)).toHaveLength(1);
    expect(Math.min(...all.map((one) => one.shares.length))).toBeGreaterThan(0);
  });
  it('are everything where nothing is said', () => {
    expect(shareOf(shareSettings.parse({}))).toEqual({ shares, isFirst: true });
  });
  it('are refused where there is no such replica', () => {
    expect(() => share(2, 'relay-2')).toThrow('ORDINAL: is 2, and of 2 the last is 1');
    for (const wrong of ['relay', 'relay-', '-1x', ''])
      expect(shareSettings.safeParse({ ORDINAL: wrong }).success).toBe(false);
    for (const wrong of [0, SHARES + 1, 1.5]) expect(shareSettings.safeParse({ REPLICAS: wrong }).success).toBe(false);
  });
});
