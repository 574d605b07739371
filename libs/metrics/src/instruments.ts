import { metrics, type BatchObservableResult, type Observable } from '@opentelemetry/api';
import { catalogue, type LabelsOf, type MetricName, type NameOf } from './catalogue.ts';
import type { Metric } from './metric.ts';

/** A scrape waits this long for what has to be asked for, in milliseconds; what is late is left out of it. */
const PATIENCE = 1000;

const meter = () => metrics.getMeter('threadbox');
const of = (name: MetricName): Metric => catalogue[name];

/**
 * Counts. `series` are the labels that exist from the start, at 0: so a first happening is an increase, too. To be called once the
 * telemetry runs; where none runs, nothing is counted.
 */
export const counter = <Name extends NameOf<'counter'>>(
  name: Name,
  series: ReadonlyArray<LabelsOf<Name>> = [],
): ((labels: LabelsOf<Name>, by?: number) => void) => {
  const made = meter().createCounter(name, { description: of(name).help });
  for (const labels of series) made.add(0, labels);
  return (labels, by = 1) => made.add(by, labels);
};

/** Records how long things take, in seconds; below 0, where two clocks differ, counts as 0. */
export const histogram = <Name extends NameOf<'histogram'>>(
  name: Name,
): ((seconds: number, labels: LabelsOf<Name>) => void) => {
  const { help, buckets = [] } = of(name);
  const made = meter().createHistogram(name, {
    description: help,
    advice: { explicitBucketBoundaries: [...buckets] },
  });
  return (seconds, labels) => made.record(Math.max(0, seconds), labels);
};

/** Says what a metric is worth now. */
export type Observe<Name extends NameOf<'counter' | 'gauge'>> = <One extends Name>(
  name: One,
  value: number,
  labels: LabelsOf<One>,
) => void;

/**
 * Metrics that are looked up when somebody scrapes: nothing is paid for them in between. `look` may have to ask; past a second the
 * scrape goes on without it. The answer ends it; what was told last stands in OpenTelemetry until the process ends, so whoever may end
 * tells a gauge's last word (0, say) before.
 */
export const observed = <Name extends NameOf<'counter' | 'gauge'>>(
  names: readonly Name[],
  look: (observe: Observe<Name>) => void | Promise<void>,
): (() => void) => {
  const made = new Map<string, Observable>(
    names.map((name) => {
      const { kind, help: description } = of(name);
      return [
        name,
        kind === 'counter'
          ? meter().createObservableCounter(name, { description })
          : meter().createObservableGauge(name, { description }),
      ];
    }),
  );
  const scrape = async (result: BatchObservableResult): Promise<void> => {
    let isOpen = true;
    const timer = Promise.withResolvers<void>();
    const late = setTimeout(timer.resolve, PATIENCE);
    const looking = (async () =>
      look((name, value, labels) => {
        const instrument = made.get(name);
        if (isOpen && instrument) result.observe(instrument, value, labels);
      }))()
      // What cannot be looked up now is left out; whoever waits for it sees that it is not there.
      .catch(() => undefined);
    await Promise.race([looking, timer.promise]).finally(() => {
      isOpen = false;
      clearTimeout(late);
    });
  };
  const instruments = [...made.values()];
  const callback = (result: BatchObservableResult): Promise<void> => scrape(result);
  meter().addBatchObservableCallback(callback, instruments);
  return () => meter().removeBatchObservableCallback(callback, instruments);
};
