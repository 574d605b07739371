import { randomUUID } from 'node:crypto';
import type { EventStore } from '@threadbox/messaging';
import { deriveId, type EgressEvent } from '@threadbox/schemas';
import { judgeWay, type Judgement } from '../domain/judge-way.ts';
import { countsOf, emptyTally, tallied, type Tally } from '../domain/tally.ts';
import { wayKey, type Decision, type WayLog, type WayLogCommand } from '../domain/way-log.ts';
import { createLanes } from './lanes.ts';
import { withLog } from './log-unreachable.ts';
import type { Standing } from './standing.ts';

/** How often ways that were gone before are counted into the log, in milliseconds. A crash forgets what was counted since. */
const COUNT_EVERY = 60_000;

type Ports = {
  standingOf: (sandbox: string) => Promise<Standing>;
  wayLogs: EventStore<WayLog, WayLogCommand, EgressEvent>;
  settings: ReadonlySet<string>;
  ports: ReadonlySet<number>;
  log: { warn: (fields: object, text: string) => void };
};

/** Judges ways out of sandboxes, and writes every decision down. */
export type Gatekeeper = {
  /** By name and port. Throws `LogUnreachable`. */
  judge: (sandbox: string, way: { host: string; port: number }) => Promise<Judgement>;
  /** Resolves once the log names the decision; one that it names already is counted, and not waited for. Throws `LogUnreachable`. */
  record: (sandbox: string, decision: Decision) => Promise<void>;
  /** Counts what was not counted yet; where that cannot be done, it is kept for the next time. */
  flush: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts a gatekeeper; it counts by itself until it is stopped. */
export const createGatekeeper = ({ standingOf, wayLogs, settings, ports, log }: Ports): Gatekeeper => {
  const inLane = createLanes();
  const tallies = new Map<string, Tally>();

  const count = (sandbox: string, decision: Decision, isNamed: boolean): void => {
    tallies.set(sandbox, tallied(tallies.get(sandbox) ?? emptyTally, decision, isNamed));
  };

  const flushOne = async (sandbox: string, tally: Tally): Promise<void> => {
    tallies.delete(sandbox);
    const id = randomUUID();
    try {
      await inLane(sandbox, () =>
        wayLogs.decide(sandbox, { type: 'count', ...countsOf(tally) }, { id, correlation: id }),
      );
    } catch (error) {
      log.warn({ err: error, sandbox }, 'ways could not be counted');
      const since = tallies.get(sandbox);
      // What came meanwhile is less than what was there: it is the one that is dropped.
      tallies.set(sandbox, since === undefined ? tally : { ...tally, others: sum(tally.others, since.others) });
    }
  };
  const flush = async (): Promise<void> => {
    await Promise.all([...tallies].map(([sandbox, tally]) => flushOne(sandbox, tally)));
  };
  const timer = setInterval(() => void flush(), COUNT_EVERY);

  return {
    judge: async (sandbox, way) => judgeWay(way, { ...(await standingOf(sandbox)), settings, ports }),
    record: (sandbox, decision) =>
      withLog(async () => {
        const isNamed = ({ allowed, refused }: WayLog): boolean =>
          (decision.verdict === 'allowed' ? allowed : refused).has(wayKey(decision));
        const { state: before } = await wayLogs.load(sandbox);
        if (isNamed(before)) return count(sandbox, decision, true);
        const cause = deriveId('way', sandbox, decision.verdict, wayKey(decision));
        const { state, events } = await inLane(sandbox, () =>
          wayLogs.decide(sandbox, { type: 'tell', decision }, { id: cause, correlation: cause }),
        );
        // Side by side with another that was first, or past the most that is named.
        if (events.length === 0) count(sandbox, decision, isNamed(state));
      }),
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
};

const sum = (one: Tally['others'], other: Tally['others']): Tally['others'] => ({
  allowed: one.allowed + other.allowed,
  refused: one.refused + other.refused,
});
