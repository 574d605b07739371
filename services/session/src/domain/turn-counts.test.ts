import type { SessionEvent } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { countTurns, noTurns } from './turn-counts.ts';

const MESSAGE = '5b1b2a4e-6f5c-5a9c-9a3f-0a8f2f6f1d11';
const requested = (turn: number, ahead: number): SessionEvent => ({
  type: 'turn-requested',
  turn,
  ahead,
  message: MESSAGE,
  sequence: turn,
  by: 'web:ana',
});
const started = (turn: number): SessionEvent => ({
  type: 'turn-started',
  turn,
  message: MESSAGE,
  sequence: turn,
  by: 'web:ana',
});
const ended = (turn: number): SessionEvent => ({ type: 'turn-ended', turn, outcome: 'completed', usage: {} });
const after = (...events: SessionEvent[]) => events.reduce(countTurns, noTurns);

describe('turns of a session', () => {
  it('run one at a time, and the others wait', () => {
    const two = [requested(1, 0), started(1), requested(2, 1), requested(3, 2)];
    expect(after(...two)).toEqual({ running: 1, waiting: 2 });
    expect(after(...two, ended(1), started(2))).toEqual({ running: 1, waiting: 1 });
    expect(after(...two, ended(1), started(2), ended(2), started(3), ended(3))).toEqual(noTurns);
  });
  it('are counted right from the next request on where somebody begins to look late', () =>
    expect(after(ended(4), started(5), requested(9, 3))).toEqual({ running: 1, waiting: 3 }));
});
