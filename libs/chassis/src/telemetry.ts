import { diag, DiagLogLevel } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  NoopSpanProcessor,
  ParentBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from './log.ts';
import { rarely } from './rarely.ts';

/** What a process reports about itself. */
export type Telemetry = {
  /** Answers a Prometheus scrape. */
  metrics: (request: IncomingMessage, response: ServerResponse) => void;
  /** Sends what is buffered, for at most two seconds. */
  stop: () => Promise<void>;
};

const FLUSH = 2000;

/** A collector that is away fails every second; one line a minute says so, in milliseconds. */
const QUIET = 60_000;

/** What goes wrong with exporting is logged, never more than that. */
const logTrouble = (log: Pick<Log, 'warn'>): void => {
  const tell = rarely(QUIET, (text: string) =>
    // The SDK writes an error as JSON, its stack included: the message is enough.
    log.warn({ trouble: /"message":"([^"]*)/.exec(text)?.[1] ?? text }, 'traces are not exported'),
  );
  const nothing = (): void => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN },
  );
};

/**
 * Traces, metrics and W3C propagation for this process, without automatic instrumentation: the few spans there are, are
 * made by hand. With an OTLP endpoint spans are recorded and sent; without one nothing is recorded and nothing is sent,
 * but ids are still made and passed on, so that logs of one message share a trace id.
 */
export const startTelemetry = (
  service: string,
  otlpEndpoint: string | undefined,
  log: Pick<Log, 'warn'>,
): Telemetry => {
  logTrouble(log);
  const prometheus = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    // Every sample says whose it is, so that queries don't depend on how somebody's Prometheus names its jobs.
    withResourceConstantLabels: /^service\.name$/,
  });
  const exporter =
    otlpEndpoint === undefined
      ? undefined
      : new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: 5000 });
  const sdk = new NodeSDK({
    serviceName: service,
    autoDetectResources: false,
    metricReaders: [prometheus],
    logRecordProcessors: [],
    sampler: new ParentBasedSampler({ root: exporter ? new AlwaysOnSampler() : new AlwaysOffSampler() }),
    spanProcessors: [
      exporter ? new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 }) : new NoopSpanProcessor(),
    ],
  });
  sdk.start();
  return {
    metrics: (request, response) => prometheus.getMetricsRequestHandler(request, response),
    stop: async () => {
      const flushed = sdk.shutdown().catch(() => undefined);
      await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, FLUSH).unref())]);
    },
  };
};
