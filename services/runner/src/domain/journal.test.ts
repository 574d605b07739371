import { describe, expect, it } from 'vitest';
import {
  answeredBefore,
  answering,
  cancelling,
  deciding,
  emptyJournal,
  finishing,
  nextStep,
  prompting,
  spared,
  type Finished,
  type Journal,
} from './journal.ts';

const at = '2026-11-21T10:00:00.000Z';
const after = (...changes: Array<(journal: Journal) => Journal>): Journal =>
  changes.reduce((journal, change) => change(journal), emptyJournal);
const prompted = (turn: number) => prompting(turn, at, 'Ada');
const finished = (turn: number): Finished => ({
  data: { turn, outcome: 'completed', text: '', usage: {}, startedAt: at, endedAt: at, steps: [], files: [] },
  outbox: [],
});

describe('a turn that is given', () => {
  it('is prompted at first, and recovered when it was begun before', () => {
    expect(nextStep(emptyJournal, 1)).toBe('prompt');
    expect(nextStep(after(prompted(1)), 1)).toBe('recover');
    expect(nextStep(after(prompted(1)), 2)).toBe('prompt');
  });

  it('is given up after three prompts', () => {
    expect(nextStep(after(prompted(1), prompted(1)), 1)).toBe('recover');
    expect(nextStep(after(prompted(1), prompted(1), prompted(1)), 1)).toBe('give-up');
  });

  it('is never run again once it is over: the last is told again, older ones are forgotten', () => {
    const journal = after(prompted(2), finishing(finished(2), 0));
    expect([nextStep(journal, 2), nextStep(journal, 1), nextStep(journal, 3)]).toEqual(['repeat', 'ignore', 'prompt']);
  });

  it('is cancelled without a prompt where the cancel came first, or before it was given again', () => {
    expect(nextStep(after(cancelling(1)), 1)).toBe('cancel');
    expect(nextStep(after(prompted(1), cancelling(1)), 1)).toBe('cancel');
    expect(after(prompted(1), finishing(finished(1), 0), cancelling(1)).cancelled).toEqual([]);
  });

  it('is not counted as failed when the runner ended in good order', () => {
    const journal = after(prompted(1), spared, prompted(1), spared, prompted(1), spared);
    expect(nextStep(journal, 1)).toBe('recover');
    // Each prompt has a number of its own, which the ids of its output are made from.
    expect(journal.turn?.prompts).toBe(3);
    expect(nextStep(after(prompted(1), spared, prompted(1), prompted(1), prompted(1)), 1)).toBe('give-up');
  });
});

describe('answers to questions', () => {
  it('are counted by question within a turn', () => {
    const journal = after(prompted(1), answering('a'), answering('a'));
    expect([answeredBefore(journal, 'a'), answeredBefore(journal, 'b'), answeredBefore(journal, 'toString')]).toEqual([
      2, 0, 0,
    ]);
    expect(answeredBefore(after(prompted(1), answering('a'), prompted(1)), 'a')).toBe(1);
    expect(answeredBefore(prompted(2)(journal), 'a')).toBe(0);
  });

  it('are kept as they came first', () => {
    expect(after(deciding('r', true), deciding('r', false)).decisions).toEqual([['r', true]]);
  });
});
