import { given, Rejected } from '@threadbox/eventsourcing';
import { deriveId, type HandoffEvent } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { handoff, type HandoffCommand } from './handoff.ts';

const session = deriveId('session');
const expires = '2026-01-01T00:10:00.000Z';
const offered: HandoffEvent = { type: 'handoff-offered', session, expires };
const taken: HandoffEvent = { type: 'handoff-taken', by: 'slack:U', conversation: 'slack:T:C:1' };
const take = (more: Partial<Extract<HandoffCommand, { type: 'take' }>> = {}): HandoffCommand => ({
  type: 'take',
  by: 'slack:U',
  conversation: 'slack:T:C:1',
  now: '2026-01-01T00:05:00.000Z',
  ...more,
});

describe('a code that hands a session over', () => {
  it('is good once, and the same taking again changes nothing', () => {
    expect(given(handoff, offered)(take())).toEqual([taken]);
    expect(given(handoff, offered, taken)(take())).toEqual([]);
    expect(given(handoff, offered, taken)(take({ now: '2027-01-01T00:00:00.000Z' }))).toEqual([]);
  });
  it('is not good for another, elsewhere, too late, or where none was given', () => {
    for (const other of [take({ by: 'slack:E' }), take({ conversation: 'slack:T:C:2' })])
      expect(() => given(handoff, offered, taken)(other)).toThrow(Rejected);
    expect(() => given(handoff, offered)(take({ now: '2026-01-01T00:10:00.001Z' }))).toThrow(Rejected);
    expect(() => given(handoff)(take())).toThrow(Rejected);
  });
});
