import { wayKey, type Counts, type Decision } from './way-log.ts';

/** How often each way of a sandbox was decided since the last count; ways beyond the log's named ones count as a sum. */
export type Tally = {
  named: ReadonlyMap<string, Decision & { times: number }>;
  others: { allowed: number; refused: number };
};

export const emptyTally: Tally = { named: new Map(), others: { allowed: 0, refused: 0 } };

/** One more time. `isNamed`: whether the log names this way. */
export const tallied = ({ named, others }: Tally, decision: Decision, isNamed: boolean): Tally => {
  if (!isNamed) return { named, others: { ...others, [decision.verdict]: others[decision.verdict] + 1 } };
  const key = wayKey(decision);
  const times = (named.get(key)?.times ?? 0) + 1;
  return { named: new Map(named).set(key, { ...decision, times }), others };
};

/** The most ways that one count names. */
const NAMED_AT_ONCE = 20;

/** What a count says: the most frequent ways by name, the rest as a sum. */
export const countsOf = ({ named, others }: Tally): Counts => {
  const all = [...named.values()].toSorted((a, b) => b.times - a.times);
  const rest = all.slice(NAMED_AT_ONCE);
  const sum = (verdict: Decision['verdict']): number =>
    rest.reduce((total, way) => total + (way.verdict === verdict ? way.times : 0), others[verdict]);
  return {
    ways: all.slice(0, NAMED_AT_ONCE).map(({ host, port, verdict, times }) => ({ host, port, verdict, times })),
    others: { allowed: sum('allowed'), refused: sum('refused') },
  };
};
