import { egressMetrics } from './catalogue/egress.ts';
import { messageMetrics } from './catalogue/messages.ts';
import { platformMetrics } from './catalogue/platforms.ts';
import { processMetrics } from './catalogue/process.ts';
import { projectionMetrics } from './catalogue/projections.ts';
import { readerMetrics } from './catalogue/readers.ts';
import { sandboxMetrics } from './catalogue/sandboxes.ts';

/** Every metric there is, by name: what is not here cannot be made, and what is here stands at a running system's /metrics (a test looks). */
export const catalogue = {
  ...messageMetrics,
  ...platformMetrics,
  ...readerMetrics,
  ...sandboxMetrics,
  ...egressMetrics,
  ...projectionMetrics,
  ...processMetrics,
};

/** The name of a metric. */
export type MetricName = keyof typeof catalogue;

/** The names of one kind of metric. */
export type NameOf<Kind extends 'counter' | 'gauge' | 'histogram'> = {
  [Name in MetricName]: (typeof catalogue)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

/** What a sample of a metric must be labelled with, no more and no less. */
export type LabelsOf<Name extends MetricName> = Record<(typeof catalogue)[Name]['labels'][number], string>;
