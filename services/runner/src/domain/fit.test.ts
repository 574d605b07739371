import type { TurnFinished } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { fit } from './fit.ts';

const at = '2026-11-21T10:00:00.000Z';
const ending = (text: string, steps = 0): TurnFinished['data'] => ({
  turn: 1,
  outcome: 'completed',
  text,
  usage: {},
  startedAt: at,
  endedAt: at,
  steps: Array.from({ length: steps }, () => ({
    title: 'x'.repeat(300),
    kind: 'read',
    ok: true,
    startedAt: at,
    endedAt: at,
  })),
  files: [],
});

describe('an ending that fits', () => {
  it('is left as it is', () => {
    const data = ending('hello', 3);
    expect(fit(data)).toBe(data);
  });

  it.each([
    ['letters of three bytes', ending('字'.repeat(480_000), 500)],
    ['what JSON escapes', ending('\u0001'.repeat(480_000))],
    ['more than an answer holds', ending('x'.repeat(2_000_000))],
  ])('is made so small enough for one message: %s', (_, data) => {
    const fitted = fit(data);
    expect(Buffer.byteLength(JSON.stringify(fitted))).toBeLessThan(1024 * 1024 - 50_000);
    expect(fitted.text.length).toBeLessThanOrEqual(500_000);
    expect(fitted.text).toMatch(/too long; the rest is left out/);
  });
});
