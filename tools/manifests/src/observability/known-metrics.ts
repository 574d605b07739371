import { catalogue, type Metric } from '@threadbox/metrics';

const known = new Map<string, Metric>(Object.entries(catalogue));
/** What Prometheus itself adds to each sample, or PromQL to a histogram's. */
const EVERYWHERE = ['service_name', 'le'];
/** Names as metrics of ours have them, in PromQL or in prose; with what follows in braces, where something does. */
const NAME = /\b((?:threadbox|process|nodejs)_[a-z0-9_]+)(?:\{([^{}]*)\})?/g;

/** The metric that a series belongs to: a histogram has three. */
const metricOf = (series: string): [name: string, metric: Metric] | undefined => {
  const base = series.replace(/_(bucket|sum|count)$/, '');
  const histogram = known.get(base);
  if (base !== series && histogram?.kind === 'histogram') return [base, histogram];
  const metric = known.get(series);
  return metric && [series, metric];
};

/**
 * What is wrong with the metrics that a text names: one that there is not, a histogram without its suffix where a query asks for it, a
 * label that it has not.
 */
export const problemsOf = (text: string, { isQuery }: { isQuery: boolean }): string[] =>
  [...text.matchAll(NAME)].flatMap(([, series = '', selector = '']) => {
    const found = metricOf(series);
    if (!found) return [`there is no metric ${series}`];
    const [name, { kind, labels }] = found;
    if (isQuery && kind === 'histogram' && name === series) return [`${series} is a histogram`];
    return [...selector.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)]
      .map(([, label = '']) => label)
      .filter((label) => !labels.includes(label) && !EVERYWHERE.includes(label))
      .map((label) => `${name} has no label ${label}`);
  });
