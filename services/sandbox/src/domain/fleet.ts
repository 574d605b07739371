import { drop, emptyIndex, put, valueAt, type Decider, type IndexByKey } from '@threadbox/eventsourcing';
import type { FleetEvent } from '@threadbox/schemas';

/** The one fleet there is. */
export const FLEET = 'main';

/** What can be asked of the fleet. `max` is how many may run at once, as configured now. */
export type FleetCommand =
  | { type: 'request'; sandbox: string; agent: string; ticket: string; max: number }
  /** The sandbox has work: it runs again, if it is one of ours. */
  | { type: 'wake'; sandbox: string; ticket: string; max: number }
  | { type: 'stop'; sandbox: string; reason: 'idle' | 'failed'; max: number }
  | { type: 'fail'; sandbox: string; reason: string; max: number }
  | { type: 'delete'; sandbox: string; max: number }
  /** The configuration may have changed: whoever fits now is started. */
  | { type: 'fill'; max: number };

type Waiting = { sandbox: string; agent: string; ticket: string };

export type Fleet = {
  /** Sandboxes with a place, and the agent in each. */
  running: Readonly<Record<string, { agent: string }>>;
  /** Those without, the next one first. */
  line: readonly Waiting[];
  /** Sandboxes that exist without a place: their files are kept. In time they are very many. */
  asleep: IndexByKey<{ agent: string }>;
};

/** Where a sandbox stands, with its agent; undefined for one that never was or is gone. */
const find = (fleet: Fleet, sandbox: string): { agent: string } | undefined =>
  (Object.hasOwn(fleet.running, sandbox) ? fleet.running[sandbox] : undefined) ??
  fleet.line.find((waiting) => waiting.sandbox === sandbox) ??
  valueAt(fleet.asleep, sandbox);

const isRunning = (fleet: Fleet, sandbox: string): boolean => Object.hasOwn(fleet.running, sandbox);

/** Who moves up when there are `free` places: the first are started, the others told their new place. */
const moveUp = (line: readonly Waiting[], before: readonly Waiting[], free: number): FleetEvent[] => {
  const starting = line.slice(0, Math.max(0, free));
  const waiting = line.slice(starting.length);
  return [
    ...starting.map(({ sandbox, agent, ticket }): FleetEvent => ({ type: 'sandbox-started', sandbox, agent, ticket })),
    ...waiting.flatMap(({ sandbox, ticket }, i): FleetEvent[] =>
      before[i]?.sandbox === sandbox ? [] : [{ type: 'sandbox-queued', sandbox, place: i + 1, ticket }],
    ),
  ];
};

/** What follows when a sandbox leaves its place or the line. */
const without = (fleet: Fleet, sandbox: string, max: number): FleetEvent[] => {
  const taken = Object.keys(fleet.running).filter((other) => other !== sandbox).length;
  return moveUp(
    fleet.line.filter((waiting) => waiting.sandbox !== sandbox),
    fleet.line,
    max - taken,
  );
};

const decide = (command: FleetCommand, fleet: Fleet): readonly FleetEvent[] => {
  switch (command.type) {
    case 'request': {
      const { sandbox, agent, ticket, max } = command;
      if (isRunning(fleet, sandbox) || fleet.line.some((waiting) => waiting.sandbox === sandbox)) return [];
      const requested: FleetEvent = { type: 'sandbox-requested', sandbox, agent };
      if (Object.keys(fleet.running).length < max) return [requested, { type: 'sandbox-started', sandbox, agent }];
      return [requested, { type: 'sandbox-queued', sandbox, place: fleet.line.length + 1, ticket }];
    }
    case 'wake': {
      const known = find(fleet, command.sandbox);
      return known ? decide({ ...command, type: 'request', agent: known.agent }, fleet) : [];
    }
    case 'stop': {
      const { sandbox, reason, max } = command;
      const known = isRunning(fleet, sandbox) || fleet.line.some((waiting) => waiting.sandbox === sandbox);
      return known ? [{ type: 'sandbox-stopped', sandbox, reason }, ...without(fleet, sandbox, max)] : [];
    }
    case 'fail': {
      const { sandbox, reason, max } = command;
      if (!isRunning(fleet, sandbox)) return [];
      const failed: FleetEvent[] = [
        { type: 'sandbox-failed', sandbox, reason },
        { type: 'sandbox-stopped', sandbox, reason: 'failed' },
      ];
      return [...failed, ...without(fleet, sandbox, max)];
    }
    case 'delete':
      if (!find(fleet, command.sandbox)) return [];
      return [{ type: 'sandbox-deleted', sandbox: command.sandbox }, ...without(fleet, command.sandbox, command.max)];
    case 'fill':
      return moveUp(fleet.line, fleet.line, command.max - Object.keys(fleet.running).length);
  }
};

const omit = <Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> => {
  const { [key]: _gone, ...rest } = record;
  return rest;
};

const evolve = (fleet: Fleet, event: FleetEvent): Fleet => {
  const { sandbox } = event;
  const line = fleet.line.filter((waiting) => waiting.sandbox !== sandbox);
  switch (event.type) {
    case 'sandbox-requested':
      // The agent is remembered in the line until a place is free; `sandbox-queued` puts it there.
      return { ...fleet, line: [...line, { sandbox, agent: event.agent, ticket: '' }] };
    case 'sandbox-queued': {
      const at = fleet.line.findIndex((waiting) => waiting.sandbox === sandbox);
      return {
        ...fleet,
        line: fleet.line.map((waiting, i) => (i === at ? { ...waiting, ticket: event.ticket } : waiting)),
      };
    }
    case 'sandbox-started':
      return {
        line,
        running: { ...fleet.running, [sandbox]: { agent: event.agent } },
        asleep: drop(fleet.asleep, sandbox),
      };
    case 'sandbox-stopped':
      return {
        line,
        running: omit(fleet.running, sandbox),
        asleep: put(fleet.asleep, sandbox, { agent: find(fleet, sandbox)?.agent ?? '' }),
      };
    case 'sandbox-failed':
      return fleet;
    case 'sandbox-deleted':
      return { line, running: omit(fleet.running, sandbox), asleep: drop(fleet.asleep, sandbox) };
  }
};

/** Which sandboxes run and who waits: never more at once than there are places, first come, first served. */
export const fleet: Decider<Fleet, FleetCommand, FleetEvent> = {
  initial: { running: {}, line: [], asleep: emptyIndex },
  decide,
  evolve,
};
