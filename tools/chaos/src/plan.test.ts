import { describe, expect, it } from 'vitest';
import { planRound } from './plan.ts';
import { points } from './points.ts';

const sweep = (seed: number, rounds: number) =>
  Array.from({ length: rounds }, (_, n) => planRound(seed, rounds, n + 1));

describe('a sweep', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(sweep(7, 20)).toEqual(sweep(7, 20));
    expect(sweep(8, 20)).not.toEqual(sweep(7, 20));
  });

  it('of a hundred rounds visits every point', () => {
    const visited = new Set(
      sweep(3, 100)
        .flatMap(({ blows }) => blows)
        .flatMap(({ moment }) => (moment.kind === 'point' ? [`${moment.process} ${moment.point}`] : [])),
    );
    expect(points.map(({ process, point }) => `${process} ${point}`).filter((point) => !visited.has(point))).toEqual(
      [],
    );
  });

  it('ends something in each round, and never the same thing twice in one blow', () => {
    for (const { blows } of sweep(5, 200)) {
      expect(blows.length).toBeGreaterThan(0);
      for (const { victims } of blows) expect(new Set(victims).size).toBe(victims.length);
    }
  });
});
