import { describe, expect, it } from 'vitest';
import {
  activityOf,
  answerSoFar,
  costOfTurn,
  emptyTranscript,
  evolve,
  finalAnswer,
  stepsOf,
  type AgentEvent,
  type Transcript,
} from './transcript.ts';

const at = '2026-11-21T10:00:00.000Z';
const later = '2026-11-21T10:00:05.000Z';
const after = (...events: AgentEvent[]): Transcript => events.reduce(evolve, emptyTranscript);
const text = (words: string, message = 'm'): AgentEvent => ({ type: 'text', text: words, message });
const tool = (id: string, rest: Partial<AgentEvent & { type: 'tool' }> = {}): AgentEvent => ({
  type: 'tool',
  id,
  at,
  ...rest,
});

describe('the answer', () => {
  it('joins pieces of one message, and makes paragraphs of what tools and messages part', () => {
    const transcript = after(text('Let me '), text('look.'), tool('1'), text('Done.'), text('Bye.', 'n'));
    expect(finalAnswer(transcript)).toBe('Let me look.\n\nDone.\n\nBye.');
  });

  it('only ever grows while it streams', () => {
    const events = [text('a'), tool('1'), text('b'), tool('1', { status: 'completed' }), text('c'), text('d', 'n')];
    let transcript = emptyTranscript;
    let before = '';
    for (const event of events) {
      transcript = evolve(transcript, event);
      expect(answerSoFar(transcript).startsWith(before)).toBe(true);
      before = answerSoFar(transcript);
    }
    expect(before).toBe('a\n\nbc\n\nd');
  });

  it('leaves out an API error that the agent repeats as text', () => {
    const transcript = after(text('First.'), tool('1'), text('API Error: 529 Overloaded', 'n'));
    expect(answerSoFar(transcript)).toBe('First.');
    expect(finalAnswer(transcript, 'Internal error: API Error: 529 Overloaded')).toBe('First.');
    expect(finalAnswer(after(text('Credit is low')), 'Internal error: Credit is low')).toBe('');
  });

  it('keeps an answer that only speaks of errors', () => {
    const transcript = after(text('The API Error: 529 means that it is overloaded.'));
    expect(finalAnswer(transcript)).toBe('The API Error: 529 means that it is overloaded.');
  });
});

describe('the activity', () => {
  it('shows the tool at work, how many there were, and the plan', () => {
    const transcript = after(
      tool('1', { title: 'Read a', kind: 'read', status: 'completed' }),
      tool('2', { title: 'run\n  tests', kind: 'execute' }),
      { type: 'plan', plan: [{ text: 'x'.repeat(400), status: 'pending' }] },
    );
    expect(activityOf(transcript)).toEqual({
      tool: { title: 'run tests', kind: 'execute' },
      tools: 2,
      plan: [{ text: `${'x'.repeat(299)}…`, status: 'pending' }],
    });
  });

  it('shows no tool once all are done', () => {
    expect(activityOf(after(tool('1', { status: 'failed' })))).toEqual({ tools: 1, plan: [] });
  });
});

describe('the steps', () => {
  it('have their times, and end with the turn where nothing else ended them', () => {
    const done = { type: 'tool', id: '1', title: 'ls', kind: 'execute', status: 'completed', at: later } as const;
    expect(stepsOf(after(tool('1'), done, tool('2', { title: 'cat', kind: 'execute' })), later)).toEqual([
      { title: 'ls', kind: 'execute', ok: true, startedAt: at, endedAt: later },
      { title: 'cat', kind: 'execute', ok: false, startedAt: at, endedAt: later },
    ]);
  });
});

describe('the cost of a turn', () => {
  it('is what the conversation has cost beyond what it had', () => {
    expect(costOfTurn(after({ type: 'cost', amount: 0.5 }), 0.2)).toBe(0.3);
    expect(costOfTurn(after({ type: 'cost', amount: 0.1 }), 0.2)).toBe(0.1);
    expect(costOfTurn(emptyTranscript, 0.2)).toBeUndefined();
  });
});
