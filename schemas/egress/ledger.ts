/**
 * The ledger of a workspace, folded: what was spent by whom, and what is reserved.
 *
 * Time is in the events, so folding needs no clock. A day is a UTC day. The first event of a day carries the whole balance
 * (`balance-carried`): whoever reads from there knows all that was before.
 */
import type { Account, Balance } from './balance.ts';
import type { LedgerEvent } from './ledger-event.ts';
import type { Limit, LimitScope } from './limit.ts';

/** Something spent: millionths of a dollar, and tokens of all kinds. */
export type Spent = Account['day'];

export const emptyBalance: Balance = { on: '', users: {}, sessions: {}, held: {}, late: {}, told: {} };

const NOTHING: Spent = { micros: 0, tokens: 0 };
const dayOf = (at: string): string => at.slice(0, 10);
const monthOf = (at: string): string => at.slice(0, 7);

const plus = (one: Spent, other: Spent): Spent => ({
  micros: one.micros + other.micros,
  tokens: one.tokens + other.tokens,
});

const spentOf = (account: Account | undefined, period: Limit['period'], at: string): Spent => {
  if (account === undefined) return NOTHING;
  switch (period) {
    case 'day':
      return account.on === dayOf(at) ? account.day : NOTHING;
    case 'month':
      return monthOf(account.on) === monthOf(at) ? account.month : NOTHING;
    case 'ever':
      return account.ever;
  }
};

const add = (account: Account | undefined, spent: Spent, at: string): Account => ({
  on: dayOf(at),
  day: plus(spentOf(account, 'day', at), spent),
  month: plus(spentOf(account, 'month', at), spent),
  ever: plus(spentOf(account, 'ever', at), spent),
});

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const without = <Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> => {
  const { [key]: _gone, ...rest } = record;
  return rest;
};

/** What was spent in the period that `at` lies in, without what is only reserved. `of` is the user or the session. */
export const spentIn = (
  { workspace, users, sessions }: Balance,
  { scope, of, period, at }: { scope: LimitScope; of: string; period: Limit['period']; at: string },
): Spent => {
  const accounts = { workspace, user: own(users, of), session: own(sessions, of) };
  return spentOf(accounts[scope], period, at);
};

/** What is reserved for calls under way, of a user, a session or everybody, in millionths of a dollar. */
export const heldFor = ({ held }: Balance, scope: LimitScope, of: string): number =>
  Object.values(held).reduce(
    (sum, { session, user, micros }) =>
      scope === 'workspace' || (scope === 'user' ? user : session) === of ? sum + micros : sum,
    0,
  );

/** Names a limit in its period, and with its amount: what was said of it is not said again, until it starts anew or is changed. */
export const limitKey = (scope: LimitScope, of: string, { micros, period }: Limit, at: string): string => {
  const time = { day: dayOf(at), month: monthOf(at), ever: 'ever' }[period];
  return `${time}/${scope}/${of}/${micros}`;
};

/** The balance after an event. */
export const evolveBalance = (balance: Balance, event: LedgerEvent): Balance => {
  const on = dayOf(event.at);
  switch (event.type) {
    case 'balance-carried':
      return { ...event.balance, on };
    case 'usage-reserved': {
      const { call, session, user, micros, expires } = event;
      return { ...balance, on, held: { ...balance.held, [call]: { session, user, micros, expires } } };
    }
    case 'usage-metered': {
      const { call, session, user, micros, tokens, at } = event;
      const spent = { micros, tokens: Object.values(tokens).reduce((sum, count) => sum + count, 0) };
      return {
        ...balance,
        on,
        held: without(balance.held, call),
        late: without(balance.late, call),
        workspace: add(balance.workspace, spent, at),
        users: { ...balance.users, [user]: add(own(balance.users, user), spent, at) },
        sessions: { ...balance.sessions, [session]: add(own(balance.sessions, session), spent, at) },
      };
    }
    case 'reservation-released': {
      const { call, why } = event;
      const held = own(balance.held, call);
      const late = why === 'expired' && held ? { ...balance.late, [call]: held } : without(balance.late, call);
      return { ...balance, on, held: without(balance.held, call), late };
    }
    case 'limit-neared': {
      const key = limitKey(event.scope, event.of, event.limit, event.at);
      return { ...balance, on, told: { ...balance.told, [key]: String(event.percent) } };
    }
    case 'limit-reached': {
      const key = `${limitKey(event.scope, event.of, event.limit, event.at)}/${event.session}`;
      return { ...balance, on, told: { ...balance.told, [key]: on } };
    }
  }
};
