import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { TurnFinished } from '@threadbox/schemas';

/**
 * Records what happened inside the sandbox as spans of the message's trace: the turn, and each tool call below it.
 * The runner itself has no telemetry: what it may reach is NATS and egress, so its times arrive with its answer.
 */
export const recordTurn = (
  session: string,
  { turn, outcome, startedAt, endedAt, steps, usage }: TurnFinished['data'],
): void => {
  const tracer = trace.getTracer('threadbox.runner');
  const span = tracer.startSpan('turn', {
    kind: SpanKind.INTERNAL,
    startTime: new Date(startedAt),
    attributes: {
      'threadbox.session': session,
      'threadbox.turn': turn,
      'threadbox.outcome': outcome,
      ...(usage.inputTokens === undefined ? {} : { 'gen_ai.usage.input_tokens': usage.inputTokens }),
      ...(usage.outputTokens === undefined ? {} : { 'gen_ai.usage.output_tokens': usage.outputTokens }),
    },
  });
  const inside = trace.setSpan(context.active(), span);
  for (const step of steps) {
    // The kind only: titles hold what people and agents wrote.
    const call = tracer.startSpan(`tool ${step.kind}`, { startTime: new Date(step.startedAt) }, inside);
    if (!step.ok) call.setStatus({ code: SpanStatusCode.ERROR });
    call.end(new Date(step.endedAt));
  }
  if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(new Date(endedAt));
};
