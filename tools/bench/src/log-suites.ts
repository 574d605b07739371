import { measureAggregate } from './aggregate.ts';
import { measureLongLog } from './long-log.ts';
import { measureRebuild } from './rebuild.ts';
import type { Suite } from './suite.ts';

const EVENTS = 1_000_000;

/** What costs more the longer the log is, or should not. */
export const logSuites: Readonly<Record<string, Suite>> = {
  rebuild: {
    title: 'A projection made anew',
    about: 'events and commits a second, the service’s own µs of processor an event; 300,000 events',
    targets: [{ row: 'sessions, rebuilt', column: 'events/s', atLeast: 20_000 }],
    run: ({ scale }) => measureRebuild(Math.round(300_000 * scale)),
  },
  aggregate: {
    title: 'A long history',
    about: 'milliseconds of a load by a process that knows nothing of it, and of an append',
    targets: [
      { row: 'load of 10000 events', column: 'median', atMost: 20 },
      { row: 'load of 100000 events', column: 'median', atMost: 20 },
      { row: 'append to 100000 events', column: 'median', atMost: 2 },
    ],
    run: () => measureAggregate([100, 10_000, 100_000]),
  },
  'long-log': {
    title: 'Start with a long log',
    about: `seconds until every service is ready, and of the first answer after it; ${EVENTS} events`,
    targets: [{ row: 'the same again', column: 'ready, s', atMost: 10 }],
    run: ({ scale }) => measureLongLog(Math.round(EVENTS * scale), (line) => console.log(line)),
  },
};
