import { describe, expect, it } from 'vitest';
import { createBudgets } from './budget.ts';

const group = { chat: 'chat:1', perMinute: 4, pace: 0 };

describe('the budget of a chat', () => {
  it('leaves half of it to what matters, and fills again as time goes by', () => {
    let now = 1_000_000;
    const budgets = createBudgets(() => now);
    budgets.spend(group);
    expect(budgets.hasRoom(group)).toBe(true);
    now += 30_000;
    budgets.spend(group);
    expect(budgets.hasRoom(group)).toBe(false);
    now += 29_999;
    expect(budgets.hasRoom(group)).toBe(false);
    now += 1;
    expect(budgets.hasRoom(group)).toBe(true);
  });

  it('is each chat’s own, and none where the platform says enough by itself', () => {
    const budgets = createBudgets(() => 5);
    for (let i = 0; i < 3; i += 1) budgets.spend(group);
    expect(budgets.hasRoom({ ...group, chat: 'chat:2' })).toBe(true);
    expect(budgets.hasRoom({ ...group, perMinute: Infinity })).toBe(true);
  });
});
