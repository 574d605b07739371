import { fold, given } from '@threadbox/eventsourcing';
import { deriveId, heldFor, spentIn, type Balance, type LedgerEvent, type Tokens } from '@threadbox/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARRIED, ledger, obstacleTo, type LedgerCommand, type LimitInForce, type Reserve } from './ledger.ts';

const at = '2026-11-21T10:00:00.000Z';
const later = '2026-11-21T10:20:00.000Z';
const expires = '2026-11-21T10:15:00.000Z';
const call = (n: number): string => deriveId('call', n);
const session = deriveId('session');
const tokens: Tokens = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 };
const workspace: LimitInForce = { scope: 'workspace', of: 'w', limit: { micros: 100, period: 'day' } };
const user: LimitInForce = { scope: 'user', of: 'web:ana', limit: { micros: 50, period: 'month' } };
const reserve = (n: number, micros: number, more: Partial<Reserve> = {}): Reserve => ({
  type: 'reserve',
  at,
  call: call(n),
  session,
  user: 'web:ana',
  micros,
  expires,
  limits: [workspace],
  ...more,
});
const settle = (n: number, micros: number, more: Partial<Extract<LedgerCommand, { type: 'settle' }>> = {}) =>
  ({
    type: 'settle',
    at,
    call: call(n),
    model: 'm',
    tokens,
    micros,
    priced: 'known',
    learned: 'told',
    limits: [workspace],
    ...more,
  }) as const;
/** What stands after these commands. */
const after = (...commands: LedgerCommand[]): Balance =>
  commands.reduce((state, command) => fold(ledger, ledger.decide(command, state), state), ledger.initial);

describe('a reservation', () => {
  it('is granted while every limit leaves room, and refused by the first that does not', () => {
    expect(given(ledger)(reserve(1, 100))).toMatchObject([{ type: 'usage-reserved', micros: 100 }]);
    expect(given(ledger)(reserve(1, 101))).toMatchObject([
      { type: 'limit-reached', scope: 'workspace', used: 0, asked: 101, session },
    ]);
    expect(given(ledger)(reserve(1, 51, { limits: [user, workspace] }))).toMatchObject([
      { type: 'limit-reached', scope: 'user', of: 'web:ana' },
    ]);
    expect(given(ledger)(reserve(1, 1e9, { limits: [] }))).toMatchObject([{ type: 'usage-reserved' }]);
  });
  it('counts as spent while its call is under way', () => {
    expect(given(ledger)(reserve(1, 60), reserve(2, 41))).toMatchObject([{ type: 'limit-reached', used: 60 }]);
    expect(given(ledger)(reserve(1, 60), reserve(2, 40))).toMatchObject([{ type: 'usage-reserved' }]);
  });
  it('is made once for a call', () => {
    expect(given(ledger)(reserve(1, 60), reserve(1, 60))).toEqual([]);
  });
  it('is replaced by what the call did cost, once', () => {
    const state = after(reserve(1, 60), settle(1, 7));
    expect(heldFor(state, 'workspace', 'w')).toBe(0);
    expect(spentIn(state, { scope: 'user', of: 'web:ana', period: 'month', at })).toEqual({ micros: 7, tokens: 15 });
    expect(ledger.decide(settle(1, 7), state)).toEqual([]);
    expect(given(ledger)(settle(9, 7))).toEqual([]);
  });
  it('is given back when the call failed', () => {
    const state = after(reserve(1, 60), { type: 'release', at, call: call(1) });
    expect(heldFor(state, 'workspace', 'w')).toBe(0);
    expect(ledger.decide({ type: 'release', at, call: call(1) }, state)).toEqual([]);
  });
  it('counts until it expires, is released by the next one, and what its call cost is still booked', () => {
    const waiting = after(reserve(1, 60));
    expect(ledger.decide(reserve(2, 60, { at: '2026-11-21T10:14:59.999Z' }), waiting)).toMatchObject([
      { type: 'limit-reached' },
    ]);
    expect(ledger.decide(reserve(2, 60, { at: later }), waiting)).toMatchObject([
      { type: 'reservation-released', call: call(1), why: 'expired' },
      { type: 'usage-reserved', call: call(2) },
    ]);
    const released = after(reserve(1, 60), reserve(2, 60, { at: later, expires: '2026-11-21T10:35:00.000Z' }));
    expect(ledger.decide(settle(1, 8, { at: later }), released)).toMatchObject([{ type: 'usage-metered', micros: 8 }]);
  });
});

describe('a limit', () => {
  it('starts anew with its period, and one for ever does not', () => {
    const full = [reserve(1, 100), settle(1, 100)];
    const tomorrow = '2026-11-22T00:00:00.000Z';
    expect(obstacleTo(after(...full), reserve(2, 1))).toMatchObject({ used: 100 });
    expect(obstacleTo(after(...full), reserve(2, 1, { at: tomorrow }))).toBeUndefined();
    const ever: LimitInForce = { ...workspace, limit: { micros: 100, period: 'ever' } };
    expect(obstacleTo(after(...full), reserve(2, 1, { at: tomorrow, limits: [ever] }))).toMatchObject({ used: 100 });
    const month: LimitInForce = { ...workspace, limit: { micros: 100, period: 'month' } };
    expect(obstacleTo(after(...full), reserve(2, 1, { at: tomorrow, limits: [month] }))).toMatchObject({ used: 100 });
    expect(obstacleTo(after(...full), reserve(2, 1, { at: '2026-12-01T00:00:00Z', limits: [month] }))).toBeUndefined();
  });
  it('is warned of at 75 and 95 percent, once each, and again once it was changed', () => {
    const at75 = [reserve(1, 90), settle(1, 75)];
    expect(given(ledger)(...at75)).toMatchObject([{ type: 'usage-metered' }, { type: 'limit-neared', percent: 75 }]);
    expect(given(ledger)(...at75, reserve(2, 1), settle(2, 1))).toMatchObject([{ type: 'usage-metered' }]);
    expect(given(ledger)(...at75, reserve(2, 20), settle(2, 20))).toMatchObject([
      { type: 'usage-metered' },
      { type: 'limit-neared', percent: 95, used: 95 },
    ]);
    const raised: LimitInForce = { ...workspace, limit: { micros: 101, period: 'day' } };
    expect(given(ledger)(...at75, reserve(2, 5), settle(2, 5, { limits: [raised] }))).toMatchObject([
      { type: 'usage-metered' },
      { type: 'limit-neared', percent: 75 },
    ]);
  });
  it('is told as reached once a session', () => {
    expect(given(ledger)(reserve(1, 101), reserve(2, 101))).toEqual([]);
    expect(given(ledger)(reserve(1, 101), reserve(2, 101, { session: deriveId('other') }))).toMatchObject([
      { type: 'limit-reached', session: deriveId('other') },
    ]);
  });
});

describe('a new day', () => {
  const tomorrow = '2026-11-22T08:00:00.000Z';
  it('begins with all that was before, so that nobody has to read the day before', () => {
    const before = after(reserve(1, 60), settle(1, 40), reserve(2, 5));
    const events = ledger.decide(reserve(3, 10, { at: tomorrow, expires: tomorrow, limits: [] }), before);
    expect(events.map(({ type }) => type)).toEqual(['balance-carried', 'reservation-released', 'usage-reserved']);
    expect(fold(ledger, events)).toEqual(fold(ledger, events, before));
  });
  it('leaves out what was said about limits of days that are over, and those who were long away', () => {
    const many = Array.from({ length: CARRIED + 5 }, (_, n): LedgerCommand[] => [
      reserve(n, 1, { user: `web:${n}`, limits: [], at: n < 5 ? '2026-11-20T10:00:00.000Z' : at }),
      settle(n, 1, {
        limits: n === 5 ? [{ ...workspace, limit: { micros: 1, period: 'day' } }] : [],
        at: n < 5 ? '2026-11-20T10:00:00.000Z' : at,
      }),
    ]).flat();
    const [carried] = ledger.decide(reserve(5000, 1, { at: tomorrow, expires: tomorrow }), after(...many));
    const balance = carried?.type === 'balance-carried' ? carried.balance : undefined;
    expect(Object.keys(balance?.users ?? {})).toHaveLength(CARRIED);
    expect(balance?.users).not.toHaveProperty(['web:0']);
    expect(balance?.told).toEqual({});
    expect(balance?.workspace?.ever.micros).toBe(CARRIED + 5);
  });
  it('is not left again by a clock that is late', () => {
    const today = after(reserve(1, 60, { at: tomorrow }), settle(1, 40, { at: tomorrow }));
    const late = fold(ledger, ledger.decide(reserve(2, 1, { at: later }), today), today);
    expect(late.on).toBe('2026-11-22');
    expect(spentIn(late, { scope: 'workspace', of: 'w', period: 'day', at: tomorrow }).micros).toBe(40);
  });
});

it('never overshoots a limit, however many calls are under way at once', () => {
  const users = ['web:ana', 'web:ben'];
  const sessions = [deriveId('a'), deriveId('b')];
  const limits = (who: string, where: string): LimitInForce[] => [
    { scope: 'session', of: where, limit: { micros: 70, period: 'ever' } },
    { scope: 'user', of: who, limit: { micros: 60, period: 'month' } },
    { scope: 'workspace', of: 'w', limit: { micros: 100, period: 'day' } },
  ];
  const step = fc.record({
    who: fc.nat({ max: 1 }),
    where: fc.nat({ max: 1 }),
    ask: fc.nat({ max: 40 }),
    /** Which of the calls under way ends now, and how much of what it reserved it used. */
    ends: fc.option(fc.record({ which: fc.nat({ max: 9 }), part: fc.nat({ max: 100 }), fails: fc.boolean() })),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = ledger.initial;
      const apply = (command: LedgerCommand): readonly LedgerEvent[] => {
        const events = ledger.decide(command, state);
        state = fold(ledger, events, state);
        return events;
      };
      for (const [n, { who, where, ask, ends }] of steps.entries()) {
        const [ana = '', a = ''] = [users[who], sessions[where]];
        apply(reserve(n, ask, { user: ana, session: a, limits: limits(ana, a) }));
        const underWay = Object.entries(state.held);
        const [id, held] = ends ? (underWay[ends.which % Math.max(1, underWay.length)] ?? []) : [];
        if (ends && id !== undefined && held !== undefined) {
          const micros = Math.floor((held.micros * ends.part) / 100);
          apply(
            ends.fails
              ? { type: 'release', at, call: id }
              : { ...settle(0, micros), call: id, limits: limits(held.user, held.session) },
          );
        }
        for (const one of users.flatMap((person) => sessions.flatMap((place) => limits(person, place)))) {
          const { scope, of, limit } = one;
          const used = spentIn(state, { scope, of, period: limit.period, at }).micros + heldFor(state, scope, of);
          if (used > limit.micros) return false;
        }
      }
      return true;
    }),
  );
});
