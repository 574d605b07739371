import type { Metric } from '../metric.ts';

const of = ['auth', 'session', 'sandbox'] as const;

/** Read models in Postgres. */
export const projectionMetrics = {
  threadbox_projection_lag_commits: {
    kind: 'gauge',
    help: 'Commits that a read model has not applied yet, when it last heard of one.',
    labels: ['projection'],
    of,
  },
  threadbox_projection_stalled_seconds: {
    kind: 'gauge',
    help: 'How long a read model has stood still because Postgres or NATS is away; 0 while it follows.',
    labels: ['projection'],
    of,
  },
  threadbox_projection_applied_total: {
    kind: 'counter',
    help: 'Commits that were applied to a read model.',
    labels: ['projection'],
    of,
  },
  threadbox_projection_skipped_total: {
    kind: 'counter',
    help: 'Commits that a read model left out, because they cannot be read or Postgres will never take them.',
    labels: ['projection'],
    of,
  },
} as const satisfies Record<string, Metric>;
