import { counter, observed } from '@threadbox/metrics';

/** What a read model tells operators of itself. */
export type ProjectionMetrics = {
  /** A commit was left out. */
  skipped: () => void;
  /** So many commits were applied; so many more are known to come. */
  applied: (commits: number) => void;
  behind: (commits: number) => void;
  /** It follows the log again, or stands still from now on. */
  follows: () => void;
  stalls: () => void;
  stop: () => void;
};

/** Begins to tell; it stands still until it says that it follows. */
export const createProjectionMetrics = (projection: string): ProjectionMetrics => {
  const skipped = counter('threadbox_projection_skipped_total', [{ projection }]);
  const applied = counter('threadbox_projection_applied_total', [{ projection }]);
  let lag = 0;
  let stalledSince: number | undefined = Date.now();
  const stop = observed(['threadbox_projection_lag_commits', 'threadbox_projection_stalled_seconds'], (observe) => {
    const stalled = stalledSince === undefined ? 0 : (Date.now() - stalledSince) / 1000;
    observe('threadbox_projection_lag_commits', lag, { projection });
    observe('threadbox_projection_stalled_seconds', stalled, { projection });
  });
  return {
    skipped: () => skipped({ projection }),
    applied: (commits) => applied({ projection }, commits),
    behind: (commits) => {
      lag = commits;
    },
    follows: () => {
      stalledSince = undefined;
    },
    stalls: () => {
      stalledSince ??= Date.now();
    },
    stop,
  };
};
