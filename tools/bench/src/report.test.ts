import { describe, expect, it } from 'vitest';
import { draw } from './draw.ts';
import { compare, tablesOf, verdicts, type Report } from './report.ts';
import type { Suite } from './suite.ts';

const suite: Suite = {
  title: 'Speed',
  about: '',
  targets: [
    { row: 'a message', column: 'median', atMost: 8 },
    { row: 'all', column: 'a second', atLeast: 500 },
    { row: 'all', column: 'never measured', atMost: 1 },
  ],
  run: () => Promise.resolve({}),
};
const report = (median: number, rate: number): Report => ({
  at: '2026-01-01T00:00:00Z',
  commit: 'abc <&> def',
  machine: { cores: 2, cpu: 'some', node: 'v24' },
  scale: 1,
  suites: { speed: { 'a message': { n: 10, median }, all: { 'a second': rate } } },
});

describe('a report', () => {
  it('says which targets are met; what was not measured is not met', () => {
    expect(verdicts({ speed: suite }, report(7.123_456, 400)).map(({ measured, met }) => [measured, met])).toEqual([
      [7.123, true],
      [400, false],
      [Number.NaN, false],
    ]);
  });

  it('is compared figure by figure, with what both runs have', () => {
    const before = report(10, 0);
    const now = { ...report(5, 3), suites: { ...report(5, 3).suites, more: { row: { column: 1 } } } };
    expect(compare(before, now)).toEqual({
      'speed: a message, median': { before: 10, now: 5, 'change, %': -50 },
      'speed: all, a second': { before: 0, now: 3, 'change, %': Number.POSITIVE_INFINITY },
    });
  });

  it('has a table for each set of columns', () => {
    expect(tablesOf({ one: { a: 1 }, two: { b: 2.000_04 }, three: { a: 3 } })).toEqual([
      { one: { a: 1 }, three: { a: 3 } },
      { two: { b: 2 } },
    ]);
  });

  it('is drawn: a bar a figure, a line a target, and nothing of it is markup', () => {
    const picture = draw({ speed: suite }, report(7, 400));
    expect(picture.match(/<rect x=/g)).toHaveLength(2);
    expect(picture.match(/<line /g)).toHaveLength(2);
    expect(picture).toContain('abc &lt;&amp;&gt; def');
    expect(picture).not.toContain('NaN');
  });

  it('draws what grows as curves, higher for more', () => {
    const grown = { '10 chats': { n: 5, median: 4 }, '1000 chats': { n: 5, median: 8 } };
    const picture = draw({ growth: { ...suite, along: 'chats' } }, { ...report(1, 1), suites: { growth: grown } });
    const heights = [...picture.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(heights).toHaveLength(2);
    expect(heights[1]![0]).toBeGreaterThan(heights[0]![0]!);
    expect(heights[1]![1]).toBeLessThan(heights[0]![1]!);
    expect(picture.match(/<polyline /g)).toHaveLength(1);
    expect(picture).not.toContain('NaN');
  });
});
