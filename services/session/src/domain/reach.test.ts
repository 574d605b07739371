import { given, Rejected } from '@threadbox/eventsourcing';
import {
  deriveId,
  emptyBalance,
  evolveBalance,
  noAllowance,
  type LedgerEvent,
  type SessionEvent,
} from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { WAYS_LIMIT } from './reach.ts';
import { allowedBesides, allowedText, forbiddenWord, wayText } from './reach-words.ts';
import { session } from './session.ts';
import { nearedWord, reachedWord, usageText } from './usage-words.ts';

const by = 'web:ana';
const opened: SessionEvent = {
  type: 'session-opened',
  workspace: 'web:local',
  conversation: 'web:ana~1',
  agent: 'claude',
  by,
};
const asked = (host: string): SessionEvent => ({ type: 'way-asked', host });
const allowed = (domain: string): SessionEvent => ({ type: 'domain-allowed', domain, by });
const answered = (host: string, choice: 'here' | 'everywhere' | 'no'): SessionEvent => ({
  type: 'way-answered',
  host,
  choice,
  by,
});

describe('a way that nobody allowed', () => {
  const ask = { type: 'ask-way', host: 'x.example' } as const;
  it('is asked about once a host, whatever became of it', () => {
    expect(given(session, opened)(ask)).toEqual([asked('x.example')]);
    expect(given(session, opened, asked('x.example'))(ask)).toEqual([]);
    expect(given(session, opened, asked('x.example'), answered('x.example', 'no'))(ask)).toEqual([]);
  });
  it('is not asked about where it is allowed by now, nor where too many were', () => {
    expect(given(session, opened, allowed('example.org'))({ ...ask, host: 'a.example.org' })).toEqual([]);
    const many = Array.from({ length: WAYS_LIMIT }, (_, n) => asked(`h${n}.example`));
    expect(given(session, opened, ...many)(ask)).toEqual([]);
  });
  it('is answered once, and opened by “here” alone', () => {
    const answer = { type: 'answer-way', way: 0, by } as const;
    const standing = given(session, opened, asked('x.example'));
    expect(standing({ ...answer, choice: 'here' })).toEqual([answered('x.example', 'here'), allowed('x.example')]);
    expect(standing({ ...answer, choice: 'everywhere' })).toEqual([answered('x.example', 'everywhere')]);
    expect(standing({ ...answer, choice: 'no' })).toEqual([answered('x.example', 'no')]);
    expect(standing({ ...answer, choice: 'no' }, { ...answer, choice: 'here' })).toEqual([]);
    expect(() => given(session, opened)({ ...answer, choice: 'here' })).toThrow(new Rejected('no-question'));
  });
  it('is answered by a command that covers it', () => {
    expect(given(session, opened, asked('a.x.example'))({ type: 'allow', domain: 'x.example', by })).toEqual([
      allowed('x.example'),
      answered('a.x.example', 'here'),
    ]);
  });
  it('that was answered by what somebody typed is no turn, too', () => {
    const message = deriveId('typed');
    const typed: SessionEvent = { type: 'way-answered', host: 'x.example', choice: 'here', by, message };
    expect(given(session, opened, asked('x.example'), typed)({ type: 'take-turn', message, sequence: 1, by })).toEqual(
      [],
    );
  });
  it('is nothing to a session that is closed or never was', () => {
    const closed: SessionEvent = { type: 'session-closed', by, message: deriveId('bye'), sequence: 8 };
    expect(given(session, opened, closed)(ask)).toEqual([]);
    expect(() => given(session)(ask)).toThrow(new Rejected('closed'));
  });
});

describe('a session’s allowance', () => {
  it('grows, shrinks and is limited', () => {
    expect(given(session, opened, allowed('x.example'))({ type: 'allow', domain: 'x.example', by })).toEqual([]);
    expect(given(session, opened, allowed('x.example'))({ type: 'forbid', domain: 'x.example', by })).toEqual([
      { type: 'domain-forbidden', domain: 'x.example', by },
    ]);
    const limit = { micros: 5_000_000, period: 'ever' } as const;
    expect(given(session, opened)({ type: 'limit', limit, by })).toEqual([{ type: 'limit-set', limit, by }]);
    expect(given(session, opened, { type: 'limit-set', limit, by })({ type: 'limit', limit: 'none', by })).toEqual([
      { type: 'limit-lifted', by },
    ]);
  });
});

describe('the words', () => {
  const workspace = { ...noAllowance, domains: new Map([['w.example', 'web:ben']]) };
  it('name each list and where it comes from', () => {
    const own = { ...noAllowance, domains: new Map([['s.example', by]]) };
    const text = allowedText(new Set(['base.example']), workspace, own);
    expect(text).toMatch(
      /this session: `s\.example` \(web:ana\)\n.*workspace: `w\.example` \(web:ben\)\n.*base\.example/,
    );
    expect(allowedText(new Set(), noAllowance, undefined)).not.toContain('session');
  });
  it('say who allows still what was taken back', () => {
    expect(allowedBesides('a.w.example', new Set(), workspace)).toBe('workspace');
    expect(forbiddenWord('w.example', true, 'workspace')).toContain('/claude forbid w.example everywhere');
    expect(allowedBesides('x.example', new Set(['x.example']), workspace)).toBe('settings');
    expect(allowedBesides('x.example', new Set(), workspace)).toBeUndefined();
  });
  it('say of a way what was wanted, and what became of it', () => {
    expect(wayText('x.example')).toContain('The sandbox wanted to reach `x.example`, which is not allowed.');
    expect(wayText('x.example', { choice: 'here', by })).toContain('allowed in this session');
  });

  const at = '2026-11-21T10:00:00.000Z';
  const touched = { at, limit: { micros: 5_000_000, period: 'day' as const }, session: deriveId('s') };
  it('say of a limit whose it is, how much is used, when it starts anew, and what to do', () => {
    const word = reachedWord({
      ...touched,
      type: 'limit-reached',
      scope: 'user',
      of: 'web:ben',
      used: 4_200_000,
      asked: 860_000,
    });
    for (const part of [
      '`web:ben`',
      '$4.20 of $5.00 a day',
      '$0.86',
      'midnight',
      '/claude limit user web:ben <amount>',
    ])
      expect(word).toContain(part);
    expect(
      nearedWord({ ...touched, type: 'limit-neared', scope: 'session', of: 's', used: 3_800_000, percent: 75 }),
    ).toContain('This session has used 75 %');
  });
  it('show users what is theirs, and owners the workspace’s', () => {
    const metered = (user: string, micros: number): LedgerEvent => ({
      type: 'usage-metered',
      at,
      call: deriveId(user),
      session: touched.session,
      user,
      model: 'm',
      tokens: { input: 10, output: 1, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 },
      micros,
      priced: 'known',
      learned: 'told',
    });
    const balance = [metered('web:ana', 1_000_000), metered('web:ben', 2_500_000)].reduce(evolveBalance, emptyBalance);
    const asking = { workspace: 'w', user: 'web:ana', session: touched.session, isOwner: false, at };
    const mine = usageText(balance, { workspace: noAllowance, session: undefined }, asking);
    expect(mine).toContain('You: $1.00 today');
    expect(mine).toContain('This session: $3.50 today');
    expect(mine).not.toContain('web:ben');
    const all = usageText(
      balance,
      { workspace: { ...noAllowance, limit: touched.limit }, session: undefined },
      { ...asking, isOwner: true },
    );
    expect(all).toContain('This workspace: $3.50 today, $3.50 this month, $3.50 in all (22 tokens), limit $5.00 a day');
    expect(all).toContain('`web:ben`: $2.50');
  });
});
