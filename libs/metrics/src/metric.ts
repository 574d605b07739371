/** One metric as operators see it. Its name has Prometheus' form: base units, `_total` for what only grows. */
export type Metric = {
  kind: 'counter' | 'gauge' | 'histogram';
  /** One sentence; it is the HELP line, too. */
  help: string;
  /** Few, and never ids of people, conversations or sessions. */
  labels: readonly string[];
  /** Who has it; `all` are the six services. */
  of: 'all' | ReadonlyArray<'gateway' | 'auth' | 'session' | 'sandbox' | 'relay' | 'egress'>;
  /** A histogram's bounds, in its unit. */
  buckets?: readonly number[];
  /** True for what has no series before it happened once: no value could be shown for labels that nobody knows yet. */
  onceSeen?: true;
};

/** Seconds from a few milliseconds to a minute: what machines take. */
export const SHORT = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** Seconds from a tenth to an hour: what agents take. */
export const LONG = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600] as const;

/** Both: from a few milliseconds to an hour. */
export const WIDE = [
  0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600,
] as const;
