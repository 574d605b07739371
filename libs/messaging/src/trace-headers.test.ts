import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { isRecorded } from './trace-headers.ts';

const under = (traceFlags: TraceFlags) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags });

it('a trace is recorded where its beginning was; where there is none, one may begin', () => {
  expect(isRecorded(under(TraceFlags.SAMPLED))).toBe(true);
  expect(isRecorded(under(TraceFlags.NONE))).toBe(false);
  expect(isRecorded(ROOT_CONTEXT)).toBe(true);
});
