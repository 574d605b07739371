import { Rejected } from '@threadbox/eventsourcing';
import {
  coveringDomain,
  decideAllowance,
  evolveAllowance,
  isAllowanceEvent,
  noAllowance,
  type Allowance,
  type AllowanceCommand,
  type AllowanceEvent,
  type SessionEvent,
  type WayAnswered,
  type WayAsked,
  type WayChoice,
} from '@threadbox/schemas';

/** What can be asked about where a session's sandbox may go. `way` counts the asked ways from 0. */
export type ReachCommand =
  | AllowanceCommand
  | { type: 'ask-way'; host: string }
  | { type: 'answer-way'; way: number; choice: WayChoice; by: string; message?: string | undefined };

type ReachEvent = AllowanceEvent | WayAsked | WayAnswered;

/** A host that the sandbox wanted to reach and nobody had allowed, and what an owner said to it. */
type AskedWay = { host: string; choice?: WayChoice };

/** What is allowed in this session alone, and what was asked about. */
export type Reach = { allowance: Allowance; ways: readonly AskedWay[] };

export const noReach: Reach = { allowance: noAllowance, ways: [] };

/** The most hosts that a thread is asked about: one that tries names at random must not drown it. */
export const WAYS_LIMIT = 20;

const COMMANDS: ReadonlySet<string> = new Set<ReachCommand['type']>([
  'allow',
  'forbid',
  'limit',
  'ask-way',
  'answer-way',
]);

/** Whether a session's command is about its reach. */
export const isReachCommand = <Command extends { type: string }>(command: Command): command is Command & ReachCommand =>
  COMMANDS.has(command.type);

/** Whether a session's event is about its reach. */
export const isReachEvent = (event: SessionEvent): event is ReachEvent =>
  isAllowanceEvent(event) || event.type === 'way-asked' || event.type === 'way-answered';

/** What follows for a session's reach; owners only get here. */
export const decideReach = (command: ReachCommand, { allowance, ways }: Reach): readonly ReachEvent[] => {
  switch (command.type) {
    case 'ask-way': {
      const isKnown = ways.some(({ host }) => host === command.host);
      if (isKnown || ways.length >= WAYS_LIMIT || coveringDomain(allowance.domains, command.host) !== undefined)
        return [];
      return [{ type: 'way-asked', host: command.host }];
    }
    case 'answer-way': {
      const { choice, by, message } = command;
      const way = ways[command.way];
      if (way === undefined) throw new Rejected<'no-question'>('no-question');
      if (way.choice !== undefined) return [];
      const answered: ReachEvent = { type: 'way-answered', host: way.host, choice, by, ...(message && { message }) };
      const allow = { type: 'allow', domain: way.host, by } as const;
      return choice === 'here' ? [answered, ...decideAllowance(allow, allowance)] : [answered];
    }
    case 'allow': {
      const { domain, by } = command;
      const answered = ways.flatMap(({ host, choice }): ReachEvent[] =>
        choice === undefined && coveringDomain(new Set([domain]), host) !== undefined
          ? [{ type: 'way-answered', host, choice: 'here', by }]
          : [],
      );
      return [...decideAllowance(command, allowance), ...answered];
    }
    case 'forbid':
    case 'limit':
      return decideAllowance(command, allowance);
  }
};

/** A session's reach after an event. */
export const evolveReach = (reach: Reach, event: ReachEvent): Reach => {
  switch (event.type) {
    case 'way-asked':
      return { ...reach, ways: [...reach.ways, { host: event.host }] };
    case 'way-answered': {
      const { host, choice } = event;
      return { ...reach, ways: reach.ways.map((way) => (way.host === host ? { host, choice } : way)) };
    }
    case 'domain-allowed':
    case 'domain-forbidden':
    case 'limit-set':
    case 'limit-lifted':
      return { ...reach, allowance: evolveAllowance(reach.allowance, event) };
  }
};
