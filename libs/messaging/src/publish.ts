import { messageVersion, type Origin } from '@threadbox/schemas';
import type { Bus } from './bus.ts';
import { faultPoint } from './fault-points.ts';
import { traceHeaders } from './trace-headers.ts';

/** Builds a message of the system's language. What is not given follows from what is: nothing caused it but itself. */
export const compose = <const Type extends string, Data>(
  parts: { type: Type; data: Data; id: string } & Partial<Origin>,
): { id: string; type: Type; version: number; time: string; causation: string; correlation: string; data: Data } => {
  const causation = parts.causation ?? parts.id;
  return {
    id: parts.id,
    type: parts.type,
    version: messageVersion(parts.type),
    time: parts.time ?? new Date().toISOString(),
    causation,
    correlation: parts.correlation ?? causation,
    data: parts.data,
  };
};

/**
 * Appends a message to the stream of its subject. Its id is the `Nats-Msg-Id`, so publishing it again within the
 * stream's duplicate window appends nothing; the active trace goes with it. Resolves when JetStream has it.
 */
export const publish = async (
  { js }: Pick<Bus, 'js'>,
  subject: string,
  message: { id: string; type?: string },
): Promise<{ sequence: number; duplicate: boolean }> => {
  const { type = 'message' } = message;
  faultPoint('before', 'publish', type);
  const ack = await js.publish(subject, JSON.stringify(message), { msgID: message.id, headers: traceHeaders() });
  faultPoint('after', 'publish', type);
  return { sequence: ack.seq, duplicate: ack.duplicate };
};
