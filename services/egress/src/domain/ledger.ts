/**
 * A workspace's money for the model.
 *
 * A call reserves the most that it is likely to cost, and only then is made; so calls side by side cannot overshoot a limit,
 * and one commit decides over user, session and workspace at once. Told afterwards what it did cost, the ledger books that
 * instead. What nobody tells counts as spent until the reservation expires.
 */
import { fold, type Decider } from '@threadbox/eventsourcing';
import {
  emptyBalance,
  evolveBalance,
  heldFor,
  limitKey,
  spentIn,
  type Balance,
  type LedgerEvent,
  type Limit,
  type LimitScope,
  type Tokens,
} from '@threadbox/schemas';

/** A limit that counts for a call; `of` is the workspace, user or session that has it. */
export type LimitInForce = { scope: LimitScope; of: string; limit: Limit };

export type Reserve = {
  type: 'reserve';
  /** Now, ISO 8601 in UTC. */
  at: string;
  call: string;
  session: string;
  user: string;
  micros: number;
  expires: string;
  limits: readonly LimitInForce[];
};

export type LedgerCommand =
  | Reserve
  | {
      type: 'settle';
      at: string;
      call: string;
      model: string;
      tokens: Tokens;
      micros: number;
      priced: 'known' | 'dearest';
      learned: 'told' | 'seen' | 'reserved';
      limits: readonly LimitInForce[];
    }
  /** The call failed, and cost nothing. */
  | { type: 'release'; at: string; call: string };

/** The most users, and the most sessions, whose sums are carried into a new day: those that were active last. */
export const CARRIED = 1000;

const latest = <Value extends { on: string }>(accounts: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(accounts)
      .toSorted(([, a], [, b]) => (a.on < b.on ? 1 : -1))
      .slice(0, CARRIED),
  );

/** What a new day begins with: the balance, without what no longer matters. */
const carry = (balance: Balance, at: string): readonly LedgerEvent[] => {
  const day = at.slice(0, 10);
  if (balance.on === '' || balance.on === day) return [];
  const stillCounts = (key: string): boolean => ['ever', day, day.slice(0, 7)].includes(key.split('/')[0] ?? '');
  return [
    {
      type: 'balance-carried',
      at,
      balance: {
        ...balance,
        users: latest(balance.users),
        sessions: latest(balance.sessions),
        late: Object.fromEntries(Object.entries(balance.late).filter(([, { expires }]) => expires >= balance.on)),
        told: Object.fromEntries(
          Object.entries(balance.told)
            .filter(([key]) => stillCounts(key))
            .slice(-CARRIED),
        ),
      },
    },
  ];
};

/** What is used of a limit: spent in its period, and reserved. */
const usedOf = (balance: Balance, { scope, of, limit: { period } }: LimitInForce, at: string): number =>
  spentIn(balance, { scope, of, period, at }).micros + heldFor(balance, scope, of);

/** The first limit that does not leave room for a call, and how much of it is used; undefined where all do. */
export const obstacleTo = (
  balance: Balance,
  { at, micros, limits }: Pick<Reserve, 'at' | 'micros' | 'limits'>,
): (LimitInForce & { used: number }) | undefined =>
  limits
    .map((limit) => ({ ...limit, used: usedOf(balance, limit, at) }))
    .find(({ used, limit }) => used + micros > limit.micros);

const reserve = (command: Reserve, balance: Balance): readonly LedgerEvent[] => {
  const { at, call, session, user, micros, expires } = command;
  if (Object.hasOwn(balance.held, call) || Object.hasOwn(balance.late, call)) return [];
  const expired = Object.entries(balance.held).flatMap(([held, reservation]): LedgerEvent[] =>
    reservation.expires <= at ? [{ type: 'reservation-released', at, call: held, why: 'expired' }] : [],
  );
  const now = fold(ledger, expired, balance);
  const obstacle = obstacleTo(now, command);
  if (!obstacle) return [...expired, { type: 'usage-reserved', at, call, session, user, micros, expires }];
  const { scope, of, limit, used } = obstacle;
  const isTold = Object.hasOwn(now.told, `${limitKey(scope, of, limit, at)}/${session}`);
  return isTold ? expired : [...expired, { type: 'limit-reached', at, scope, of, limit, used, session, asked: micros }];
};

const THRESHOLDS = [95, 75] as const;

/** The highest threshold that each limit has passed, where that was not said before. */
const warnings = (
  balance: Balance,
  { at, session, limits }: { at: string; session: string; limits: readonly LimitInForce[] },
): readonly LedgerEvent[] =>
  limits.flatMap(({ scope, of, limit }): LedgerEvent[] => {
    const used = spentIn(balance, { scope, of, period: limit.period, at }).micros;
    const percent = THRESHOLDS.find((threshold) => limit.micros > 0 && used * 100 >= threshold * limit.micros);
    const before = Number(balance.told[limitKey(scope, of, limit, at)] ?? 0);
    return percent === undefined || before >= percent
      ? []
      : [{ type: 'limit-neared', at, scope, of, limit, used, session, percent }];
  });

const decideToday = (command: LedgerCommand, balance: Balance): readonly LedgerEvent[] => {
  switch (command.type) {
    case 'reserve':
      return reserve(command, balance);
    case 'settle': {
      const { at, call, model, tokens, micros, priced, learned, limits } = command;
      const held = Object.hasOwn(balance.held, call) ? balance.held[call] : balance.late[call];
      // Told before.
      if (held === undefined) return [];
      const { session, user } = held;
      const metered: LedgerEvent = {
        type: 'usage-metered',
        at,
        call,
        session,
        user,
        model,
        tokens,
        micros,
        priced,
        learned,
      };
      return [metered, ...warnings(evolveBalance(balance, metered), { at, session, limits })];
    }
    case 'release': {
      const { at, call } = command;
      const isKnown = Object.hasOwn(balance.held, call) || Object.hasOwn(balance.late, call);
      return isKnown ? [{ type: 'reservation-released', at, call, why: 'failed' }] : [];
    }
  }
};

/** No limit is ever overshot by calls that cost no more than they reserved. */
export const ledger: Decider<Balance, LedgerCommand, LedgerEvent> = {
  initial: emptyBalance,
  decide: (command, balance) => {
    // The clocks of two replicas may differ: a ledger does not go back to the day before.
    const at = command.at < balance.on ? `${balance.on}T00:00:00.000Z` : command.at;
    const opening = carry(balance, at);
    const events = decideToday({ ...command, at }, fold(ledger, opening, balance));
    return events.length === 0 ? [] : [...opening, ...events];
  },
  evolve: evolveBalance,
};
