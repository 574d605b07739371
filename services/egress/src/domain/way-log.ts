import type { Decider } from '@threadbox/eventsourcing';
import type { EgressEvent } from '@threadbox/schemas';
import type { Judgement } from './judge-way.ts';

/** A decision about a way. */
export type Decision = { host: string; port: number } & Judgement;

/** How often ways were gone that the log knows, or (`others`) does not name. */
export type Counts = Omit<Extract<EgressEvent, { type: 'ways-counted' }>, 'type'>;

export type WayLogCommand = { type: 'tell'; decision: Decision } | ({ type: 'count' } & Counts);

/** The decisions that the log names, by `wayKey`. */
export type WayLog = { allowed: ReadonlySet<string>; refused: ReadonlySet<string> };

/**
 * The most ways that are named, of each verdict, in a sandbox's whole life. What comes beyond is only counted: the log of a
 * sandbox that tries names at random must not fill the disk.
 */
export const NAMED = 100;

/** Names a decision: the same host, port and reason are the same one. */
export const wayKey = ({ host, port, why }: Decision): string => `${host}:${port}:${why}`;

/** What egress decided about one sandbox's ways: each new one by name, those that come again as a count a minute. */
export const wayLog: Decider<WayLog, WayLogCommand, EgressEvent> = {
  initial: { allowed: new Set(), refused: new Set() },
  decide: (command, state) => {
    switch (command.type) {
      case 'tell': {
        const { host, port, verdict, why } = command.decision;
        const known = state[verdict];
        if (known.has(wayKey(command.decision)) || known.size >= NAMED) return [];
        return verdict === 'allowed'
          ? [{ type: 'way-allowed', host, port, why }]
          : [{ type: 'way-refused', host, port, why }];
      }
      case 'count': {
        const { ways, others } = command;
        const isNothing = ways.length === 0 && others.allowed === 0 && others.refused === 0;
        return isNothing ? [] : [{ type: 'ways-counted', ways, others }];
      }
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'way-allowed':
        return { ...state, allowed: new Set(state.allowed).add(wayKey({ ...event, verdict: 'allowed' })) };
      case 'way-refused':
        return { ...state, refused: new Set(state.refused).add(wayKey({ ...event, verdict: 'refused' })) };
      case 'ways-counted':
        return state;
    }
  },
};
