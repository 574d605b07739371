import { fold, given } from '@threadbox/eventsourcing';
import { deriveId, noAllowance, type Allowance, type SessionEvent } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { judgeWay } from './judge-way.ts';
import { sessionView } from './session-view.ts';
import { countsOf, emptyTally, tallied } from './tally.ts';
import { NAMED, wayLog, type Decision } from './way-log.ts';

const allowing = (...domains: string[]): Allowance => ({
  ...noAllowance,
  domains: new Map(domains.map((domain) => [domain, 'web:ana'])),
});
const open = {
  status: 'open',
  workspace: 'w',
  opener: 'web:ana',
  speaker: 'web:ana',
  allowance: allowing('here.example'),
} as const;
const standing = {
  session: open,
  workspace: allowing('workspace.example'),
  settings: new Set(['base.example']),
  ports: new Set([80, 443]),
};

describe('a way', () => {
  it('is open by the settings, the workspace or the session, and says by which', () => {
    const why = (host: string) => judgeWay({ host, port: 443 }, standing);
    expect(why('a.base.example')).toEqual({ verdict: 'allowed', why: 'settings' });
    expect(why('workspace.example')).toEqual({ verdict: 'allowed', why: 'workspace' });
    expect(why('HERE.example')).toEqual({ verdict: 'allowed', why: 'session' });
    expect(why('else.example')).toEqual({ verdict: 'refused', why: 'not-allowed' });
    expect(why('127.0.0.1')).toEqual({ verdict: 'refused', why: 'not-allowed' });
  });
  it('is closed on other ports, and to sandboxes without a session', () => {
    expect(judgeWay({ host: 'base.example', port: 22 }, standing)).toMatchObject({ why: 'port' });
    const none = { ...standing, session: { status: 'none' } as const };
    expect(judgeWay({ host: 'base.example', port: 443 }, none)).toMatchObject({ why: 'no-session' });
  });
});

it('knows whose a session is, and who speaks', () => {
  const turn = { turn: 1, message: deriveId('m'), sequence: 1 };
  const events: SessionEvent[] = [
    { type: 'session-opened', workspace: 'w', conversation: 'web:ana~1', agent: 'claude', by: 'web:ana' },
    { type: 'domain-allowed', domain: 'x.example', by: 'web:ana' },
    { type: 'turn-started', ...turn, by: 'web:ben' },
  ];
  expect(fold(sessionView, events)).toMatchObject({ workspace: 'w', speaker: 'web:ben' });
  const closed: SessionEvent = { type: 'session-closed', by: 'web:ana', message: deriveId('m'), sequence: 9 };
  expect(fold(sessionView, [...events, closed])).toEqual({ status: 'none' });
});

describe('the log of ways', () => {
  const refused = (n: number) =>
    ({ host: `h${n}.example`, port: 443, verdict: 'refused', why: 'not-allowed' }) as const satisfies Decision;
  const tell = (decision: Decision) => ({ type: 'tell', decision }) as const;
  it('names a decision once', () => {
    expect(given(wayLog)(tell(refused(1)))).toEqual([
      { type: 'way-refused', host: 'h1.example', port: 443, why: 'not-allowed' },
    ]);
    expect(given(wayLog)(tell(refused(1)), tell(refused(1)))).toEqual([]);
    expect(given(wayLog)(tell(refused(1)), tell({ ...refused(1), why: 'address' }))).toHaveLength(1);
  });
  it('names no more than so many, but those that are allowed beside those that are not', () => {
    const many = Array.from({ length: NAMED }, (_, n) => tell(refused(n)));
    expect(given(wayLog)(...many, tell(refused(NAMED)))).toEqual([]);
    const allowed: Decision = { host: 'x.example', port: 443, verdict: 'allowed', why: 'session' };
    expect(given(wayLog)(...many, tell(allowed))).toHaveLength(1);
  });
  it('counts what comes again: the most frequent by name, the rest as a sum, nothing as nothing', () => {
    let tally = emptyTally;
    for (let n = 0; n < 25; n += 1)
      for (let times = 0; times <= n; times += 1) tally = tallied(tally, refused(n), true);
    tally = tallied(tally, refused(99), false);
    const counts = countsOf(tally);
    expect(counts.ways).toHaveLength(20);
    expect(counts.ways[0]).toEqual({ host: 'h24.example', port: 443, verdict: 'refused', times: 25 });
    expect(counts.others).toEqual({ allowed: 0, refused: 1 + 2 + 3 + 4 + 5 + 1 });
    expect(given(wayLog)({ type: 'count', ...counts })).toEqual([{ type: 'ways-counted', ...counts }]);
    expect(given(wayLog)({ type: 'count', ...countsOf(emptyTally) })).toEqual([]);
  });
});
