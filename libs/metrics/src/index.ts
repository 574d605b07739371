export { catalogue, type LabelsOf, type MetricName } from './catalogue.ts';
export { counter, histogram, observed, type Observe } from './instruments.ts';
export type { Metric } from './metric.ts';
