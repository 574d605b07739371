import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dollars, readLimit } from './limit.ts';
import { readTypedWay, readWayButton, wayButtons } from './way-button.ts';
import { deriveId } from '../ids.ts';

describe('a limit that somebody says', () => {
  it.each([
    ['5', 5_000_000, 'ever'],
    ['$2.50/day', 2_500_000, 'day'],
    ['20/month', 20_000_000, 'month'],
    ['0,01$/DAY', 10_000, 'day'],
    ['0', 0, 'ever'],
  ] as const)('%s is one', (said, micros, period) => expect(readLimit(said)).toEqual({ micros, period }));
  it('is lifted by none, and nothing else is one', () => {
    expect(readLimit('none')).toBe('none');
    for (const wrong of ['', '-5', 'lots', '5/year', '1e9', '5 6', 'NaN', '99999999999', '5.1234567'])
      expect(readLimit(wrong)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (said) => {
        const limit = readLimit(said);
        return limit === undefined || limit === 'none' || Number.isSafeInteger(limit.micros);
      }),
    );
  });
  it('is shown in cents, and never as nothing', () => {
    expect([0, 1, 9_999, 10_000, 1_234_567].map(dollars)).toEqual(['$0.00', '$0.0000', '$0.0100', '$0.01', '$1.23']);
  });
});

describe('the buttons of a way', () => {
  it('come back as what they are, and fit into 64 bytes', () => {
    const session = deriveId('session');
    const values = wayButtons(session, 19).map(({ value }) => value);
    expect(values.map(readWayButton)).toEqual(
      ['here', 'everywhere', 'no'].map((choice) => ({ session, way: 19, choice })),
    );
    expect(Math.max(...values.map((value) => Buffer.byteLength(value)))).toBeLessThanOrEqual(64);
    for (const value of ['w:x:1:h', `w:${session}:1:z`, `w:${session}:-1:h`, 'p:x', ''])
      expect(readWayButton(value)).toBeUndefined();
  });
  it('may be typed in full, but no short answer opens a way', () => {
    expect(readTypedWay(' Allow here. ')).toBe('here');
    expect(readTypedWay('allow everywhere')).toBe('everywhere');
    for (const said of ['1', 'yes', 'no', 'ok', 'allow', 'here']) expect(readTypedWay(said)).toBeUndefined();
  });
});
