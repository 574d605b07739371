import { trace } from '@opentelemetry/api';
import { pino, type Logger } from 'pino';

/** A service's log. */
export type Log = Logger;

const SECRETS = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'apiKey',
  'key',
  'creds',
  'headers.authorization',
  'headers.cookie',
];

/**
 * JSON lines on standard output, each with the service and, inside a trace, its `trace_id` and `span_id`. Content that
 * people or agents wrote does not belong into a log; fields that bear a secret's name are blacked out.
 */
export const createLog = (service: string, level: string): Log =>
  pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: '[secret]' },
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
    },
  });
