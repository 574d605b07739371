import { context, propagation, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** NATS headers with the trace that is active here (W3C Trace Context). */
export const traceHeaders = (): MsgHdrs => {
  const carrier = headers();
  propagation.inject(context.active(), carrier, { set: (to, key, value) => to.set(key, value) });
  return carrier;
};

/** The trace that a message carries, as a context to work under. */
export const traceOf = (carrier: MsgHdrs | undefined): Context =>
  carrier === undefined
    ? context.active()
    : propagation.extract(context.active(), carrier, {
        get: (from, key) => from.get(key) || undefined,
        keys: (from) => from.keys(),
      });

/** False where this belongs to a trace that nobody records: it is passed on, and has no use for more spans. */
export const isRecorded = (active: Context): boolean => {
  const span = trace.getSpanContext(active);
  return span === undefined || (span.traceFlags & TraceFlags.SAMPLED) !== 0;
};
