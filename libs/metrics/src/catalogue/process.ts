import type { Metric } from '../metric.ts';

/** What every process tells of itself. */
export const processMetrics = {
  threadbox_build_info: {
    kind: 'gauge',
    help: 'Always 1; the version that runs, and of Node.js.',
    labels: ['version', 'node'],
    of: 'all',
  },
  threadbox_ready: {
    kind: 'gauge',
    help: '1 where /readyz would say ready: started, and what it needs is there.',
    labels: [],
    of: 'all',
  },
  threadbox_lease_held: {
    kind: 'gauge',
    help: '1 where this process does what only one may do (write to chats, run the fleet, hear a bot), 0 where it stands by.',
    labels: ['lease'],
    of: ['relay', 'sandbox'],
  },
  process_start_time_seconds: {
    kind: 'gauge',
    help: 'When the process started, in seconds since 1970.',
    labels: [],
    of: 'all',
  },
  process_cpu_seconds_total: {
    kind: 'counter',
    help: 'Seconds of processor time, user and system.',
    labels: [],
    of: 'all',
  },
  process_resident_memory_bytes: { kind: 'gauge', help: 'Memory that the process holds.', labels: [], of: 'all' },
  nodejs_heap_size_used_bytes: { kind: 'gauge', help: 'JavaScript objects, of that.', labels: [], of: 'all' },
  nodejs_eventloop_lag_p99_seconds: {
    kind: 'gauge',
    help: 'By how much timers were late since the last scrape, for 99 of 100.',
    labels: [],
    of: 'all',
  },
  nodejs_eventloop_lag_max_seconds: {
    kind: 'gauge',
    help: 'By how much a timer was late since the last scrape, at most.',
    labels: [],
    of: 'all',
  },
  nodejs_eventloop_busy_seconds_total: {
    kind: 'counter',
    help: 'Seconds in which the event loop worked; its rate is the share that it is busy.',
    labels: [],
    of: 'all',
  },
} as const satisfies Record<string, Metric>;
