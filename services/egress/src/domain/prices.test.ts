import { describe, expect, it } from 'vitest';
import { costOf, DEFAULT_PRICES, priceOf } from './prices.ts';

const tokens = { input: 1000, output: 100, cacheRead: 10_000, cacheWrite: 400, cacheWriteHour: 200 };

describe('a price', () => {
  it('is found by the model’s name, whatever day it is of', () => {
    for (const name of ['claude-opus-4-1', 'claude-opus-4-1-20250805', 'claude-opus-4@20250514', 'claude-opus-4-1[1m]'])
      expect(priceOf(DEFAULT_PRICES, name)).toMatchObject({ price: { input: 15, output: 75 }, priced: 'known' });
    expect(priceOf(DEFAULT_PRICES, 'claude-opus-4-8-latest').price.input).toBe(5);
  });
  it('is the dearest of all where the model is not known', () => {
    for (const name of ['gpt', '', 'claude-opus-9', 'claude-opus-5-9', 'claude-haiku-4-5-turbo'])
      expect(priceOf(DEFAULT_PRICES, name)).toMatchObject({ price: { input: 15, output: 75 }, priced: 'dearest' });
  });
  it('is nothing for the rehearsal', () => {
    expect(costOf(tokens, priceOf(DEFAULT_PRICES, 'rehearsal').price)).toBe(0);
  });
  it('makes a cost in whole millionths of a dollar, rounded up', () => {
    // 1000 · 2 + 100 · 10 + 10 000 · 0.1 + 400 · 2.5 + 200 · 4
    expect(costOf(tokens, priceOf(DEFAULT_PRICES, 'claude-sonnet-5-5').price)).toBe(5800);
    expect(
      costOf(
        { ...tokens, input: 0, output: 0, cacheWrite: 0, cacheWriteHour: 0, cacheRead: 1 },
        { ...DEFAULT_PRICES['claude-opus-5']! },
      ),
    ).toBe(1);
  });
});
