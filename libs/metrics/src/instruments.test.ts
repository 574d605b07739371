import { metrics } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { counter, histogram, observed } from './instruments.ts';

/** Stands for the SDK, which is chassis' to bring: it keeps what is recorded, and scrapes when told to. */
const fakeProvider = () => {
  const recorded: Array<[string, number, object]> = [];
  const callbacks: Array<
    (result: { observe: (instrument: string, value: number, labels: object) => void }) => unknown
  > = [];
  const meter = {
    createCounter: (name: string) => ({ add: (by: number, labels: object) => recorded.push([name, by, labels]) }),
    createHistogram: (name: string) => ({
      record: (value: number, labels: object) => recorded.push([name, value, labels]),
    }),
    createObservableCounter: (name: string) => name,
    createObservableGauge: (name: string) => name,
    addBatchObservableCallback: (callback: (typeof callbacks)[number]) => callbacks.push(callback),
    removeBatchObservableCallback: (callback: (typeof callbacks)[number]) =>
      callbacks.splice(callbacks.indexOf(callback), 1),
  };
  const scrape = async () => {
    const found: Array<[string, number, object]> = [];
    await Promise.all(callbacks.map((callback) => callback({ observe: (...one) => found.push(one) })));
    return found;
  };
  return { provider: { getMeter: () => meter } as never, recorded, scrape };
};
const fake = fakeProvider();
metrics.setGlobalMeterProvider(fake.provider);

it('begins to count at zero where the labels are known, so that the first is an increase', () => {
  const count = counter('threadbox_turns_total', [{ outcome: 'failed' }]);
  count({ outcome: 'failed' });
  expect(fake.recorded.splice(0)).toEqual([
    ['threadbox_turns_total', 0, { outcome: 'failed' }],
    ['threadbox_turns_total', 1, { outcome: 'failed' }],
  ]);
});

it('takes a time below zero, by clocks that differ, as none', () => {
  histogram('threadbox_message_stage_seconds')(-0.2, { stage: 'admitted' });
  expect(fake.recorded.splice(0)).toEqual([['threadbox_message_stage_seconds', 0, { stage: 'admitted' }]]);
});

it('looks when somebody scrapes, and not once it has ended', async () => {
  const stop = observed(['threadbox_sandboxes_max'], (observe) => observe('threadbox_sandboxes_max', 3, {}));
  expect(await fake.scrape()).toEqual([['threadbox_sandboxes_max', 3, {}]]);
  stop();
  expect(await fake.scrape()).toEqual([]);
});

it('keeps a scrape from waiting for what does not answer, and drops what comes too late', async () => {
  const answer = Promise.withResolvers<void>();
  const stop = observed(['threadbox_sandboxes_max', 'threadbox_turns_running'], async (observe) => {
    observe('threadbox_turns_running', 1, {});
    await answer.promise;
    observe('threadbox_sandboxes_max', 3, {});
  });
  const found = await fake.scrape();
  answer.resolve();
  await answer.promise;
  expect(found).toEqual([['threadbox_turns_running', 1, {}]]);
  stop();
});

it('survives a look that fails: the others are told', async () => {
  const stops = [
    observed(['threadbox_sandboxes_max'], () => Promise.reject(new Error('no answer'))),
    observed(['threadbox_turns_running'], (observe) => observe('threadbox_turns_running', 2, {})),
  ];
  expect(await fake.scrape()).toEqual([['threadbox_turns_running', 2, {}]]);
  for (const stop of stops) stop();
});

it('has bounds for every histogram, rising', () => {
  for (const metric of Object.values(catalogue)) {
    if (metric.kind !== 'histogram') continue;
    expect(metric.buckets.length).toBeGreaterThan(5);
    expect([...metric.buckets]).toEqual([...new Set(metric.buckets)].toSorted((a, b) => a - b));
  }
});
