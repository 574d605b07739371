import { LONG, type Metric } from '../metric.ts';

const of = ['sandbox'] as const;

/** The fleet. */
export const sandboxMetrics = {
  threadbox_sandboxes: {
    kind: 'gauge',
    help: 'Sandboxes: running (they have a place), waiting (for one), asleep (files only).',
    labels: ['state'],
    of,
  },
  threadbox_sandboxes_max: { kind: 'gauge', help: 'MAX_SANDBOXES: how many may run at once.', labels: [], of },
  threadbox_warm_sandboxes: {
    kind: 'gauge',
    help: 'The pool: pods that are ready to be taken, and wanted (WARM_SANDBOXES).',
    labels: ['state'],
    of,
  },
  threadbox_sandbox_starts_total: {
    kind: 'counter',
    help: 'Sandboxes that were to be brought up: started, retried, or unavailable.',
    labels: ['outcome'],
    of,
  },
  threadbox_sandbox_start_seconds: {
    kind: 'histogram',
    help: 'How long the driver took to bring a sandbox up, until it runs or is on its way.',
    labels: [],
    of,
    buckets: LONG,
  },
  threadbox_sandbox_exits_total: {
    kind: 'counter',
    help: 'Sandboxes that ended by themselves: died (they are brought up again), over_limit, cannot_start.',
    labels: ['how'],
    of,
  },
} as const satisfies Record<string, Metric>;
