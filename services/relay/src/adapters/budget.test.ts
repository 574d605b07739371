import { describe, expect, it } from 'vitest';
import { createBudgets } from './budget.ts';

const group = { chat: 'chat:1', perMinute: 3, pace: 0 };

describe('the budget of a chat', () => {
  it('lets so many writes through at once, and then one for each that is a minute old', () => {
    let now = 1_000_000;
    const budgets = createBudgets(() => now);
    for (let i = 0; i < 3; i += 1) {
      expect(budgets.wait(group)).toBe(0);
      budgets.spend(group);
      now += 1000;
    }
    expect(budgets.wait(group)).toBe(57_000);
    now += 57_000;
    expect(budgets.wait(group)).toBe(0);
    budgets.spend(group);
    expect(budgets.wait(group)).toBe(1000);
  });

  it('keeps some room for what matters', () => {
    const budgets = createBudgets(() => 5);
    const large = { ...group, perMinute: 20 };
    for (let i = 0; i < 16; i += 1) budgets.spend(large);
    expect([budgets.hasRoom(large), budgets.wait(large)]).toEqual([false, 0]);
  });

  it('is each chat’s own, and none where the platform says enough by itself', () => {
    const budgets = createBudgets(() => 5);
    for (let i = 0; i < 3; i += 1) budgets.spend(group);
    expect(budgets.wait({ ...group, chat: 'chat:2' })).toBe(0);
    const free = { ...group, perMinute: Infinity };
    expect([budgets.wait(free), budgets.hasRoom(free)]).toEqual([0, true]);
  });
});
