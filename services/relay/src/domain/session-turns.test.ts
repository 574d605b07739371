import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announced,
  finished,
  followingInterrupted,
  interrupted,
  left,
  noTurns,
  standing,
  type SessionTurns,
} from './session-turns.ts';

const turnsOf = (...turns: number[]): SessionTurns =>
  turns.reduce((state, turn) => announced(state, turn, 'chat:1'), noTurns);

describe('a session’s turns', () => {
  it('are unknown until they are announced, then open, then over', () => {
    expect(standing(noTurns, 1)).toBeUndefined();
    expect(standing(turnsOf(1), 1)).toEqual({ conversation: 'chat:1', interrupted: false, done: false });
    expect(standing(finished(turnsOf(1), 1), 1)).toEqual({ done: true });
  });

  it('are announced once: again changes nothing, not even after they are over', () => {
    const open = turnsOf(1);
    expect(announced(open, 1, 'chat:1')).toBe(open);
    const over = finished(open, 1);
    expect(announced(over, 1, 'chat:1')).toBe(over);
    expect(finished(over, 1)).toBe(over);
  });

  it('move with their session, and stay interrupted', () => {
    const moved = announced(interrupted(turnsOf(1), 1), 1, 'chat:2');
    expect(standing(moved, 1)).toEqual({ conversation: 'chat:2', interrupted: true, done: false });
  });

  it('that wait are interrupted with the one before them; those that are over are not', () => {
    const state = followingInterrupted(finished(turnsOf(1, 2, 3, 4), 3), 1);
    expect([1, 2, 3, 4].map((turn) => standing(state, turn))).toEqual([
      { conversation: 'chat:1', interrupted: false, done: false },
      { conversation: 'chat:1', interrupted: true, done: false },
      { done: true },
      { conversation: 'chat:1', interrupted: true, done: false },
    ]);
  });

  it('are over once their conversation is left, and no others', () => {
    const state = left(announced(turnsOf(1, 2), 3, 'chat:2'), 'chat:1');
    expect([1, 2, 3].map((turn) => standing(state, turn)?.done)).toEqual([true, true, false]);
  });

  it('may be announced late: one that was not heard of is not over because later ones are', () => {
    const state = finished(announced(noTurns, 2, 'chat:1'), 2);
    expect(standing(state, 1)).toBeUndefined();
    expect(standing(announced(state, 1, 'chat:1'), 1)?.done).toBe(false);
  });

  it('are remembered exactly, in little room, in whatever order they end', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 150 })), (order) => {
        const state = order.reduce((turns, turn) => finished(announced(turns, turn, 'chat:1'), turn), noTurns);
        for (let turn = 1; turn <= 150; turn += 1)
          expect(standing(state, turn)?.done).toBe(order.includes(turn) || undefined);
      }),
    );
    const all = Array.from({ length: 5000 }, (_, n) => n + 1).reduce(finished, noTurns);
    expect(all).toEqual({ open: {}, through: 5000, beyond: [] });
    // The first was never heard of: it is given up in the end.
    const gap = Array.from({ length: 5000 }, (_, n) => n + 2).reduce(finished, noTurns);
    expect(gap.beyond.length).toBeLessThanOrEqual(200);
    expect(standing(gap, 1)).toEqual({ done: true });
  });
});
