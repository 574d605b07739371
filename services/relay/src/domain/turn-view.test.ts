import { describe, expect, it } from 'vitest';
import { finalText, placeholderText } from './final-text.ts';
import { nothingYet, statusLine, withActivity, withText } from './turn-view.ts';

describe('a turn’s text', () => {
  it('grows piece by piece', () => {
    const view = withText(withText(nothingYet, { at: 0, text: 'Hel' }), { at: 3, text: 'lo' });
    expect(view).toEqual({ text: 'Hello', hasGap: false });
  });
  it('does not grow by what comes again', () => {
    const once = withText(nothingYet, { at: 0, text: 'Hello' });
    expect(withText(once, { at: 0, text: 'Hello' }).text).toBe('Hello');
  });
  it('shows what there is when its beginning was missed', () => {
    const view = withText(withText(nothingYet, { at: 100, text: 'later' }), { at: 105, text: ' on' });
    expect(view).toEqual({ text: 'later on', hasGap: true });
  });
  it('starts anew when the agent does', () => {
    expect(withText(withText(nothingYet, { at: 0, text: 'first try' }), { at: 0, text: 'second' }).text).toBe('second');
  });
});

describe('the status line', () => {
  const activity = { turn: 1, tools: 3, plan: [], tool: { title: 'npm test', kind: 'execute' } };
  it('is one line: the tool, how many steps, the plan', () => {
    expect(statusLine(nothingYet)).toBe('Working…');
    expect(statusLine(withActivity(nothingYet, activity))).toBe('🔧 npm test · 3 steps');
    const plan = [
      { text: 'read', status: 'completed' as const },
      { text: 'write', status: 'in_progress' as const },
    ];
    expect(statusLine(withActivity(nothingYet, { ...activity, plan }))).toBe('🔧 npm test · 3 steps · 1/2 write');
  });
  it('puts trouble first', () => {
    expect(statusLine(withActivity(nothingYet, { ...activity, notice: 'Started again' }))).toMatch(/^Started again · /);
  });
});

describe('a final', () => {
  const step = {
    title: 'ls',
    kind: 'execute',
    ok: true,
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:00:01Z',
  };
  const finished = {
    turn: 1,
    outcome: 'completed' as const,
    text: 'Hi',
    usage: {},
    startedAt: step.startedAt,
    endedAt: step.endedAt,
    steps: [],
    files: [],
  };
  it('is the answer, with a line about tools only where there were some', () => {
    expect(finalText(finished)).toBe('Hi');
    expect(finalText({ ...finished, steps: [step, { ...step, ok: false }] })).toBe('Hi\n\n*🔧 2 steps, 1 failed*');
  });
  it('always says something', () => {
    expect(finalText({ ...finished, text: ' ' })).toBe('Done.');
    expect(finalText({ ...finished, text: '', outcome: 'cancelled' })).toBe('*Stopped.*');
    expect(finalText({ ...finished, text: '', outcome: 'failed', error: 'No network.' })).toBe(
      '**That did not work.** No network.',
    );
  });
  it('keeps what there was of an answer that was stopped', () => {
    expect(finalText({ ...finished, outcome: 'cancelled' })).toBe('Hi\n\n*Stopped.*');
  });
  it('says how many come before it while it waits', () => {
    expect([0, 1, 2].map(placeholderText)).toEqual([
      'Working…',
      'Waiting: one message comes before this one.',
      'Waiting: 2 messages come before this one.',
    ]);
  });
});
