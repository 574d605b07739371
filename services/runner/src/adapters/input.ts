import type { JsMsg } from '@nats-io/jetstream';
import { faultPoint, type Bus } from '@threadbox/messaging';
import { runnerDurable, SandboxInput, streams, upcast } from '@threadbox/schemas';
import type { Log } from './log.ts';
import { createOrderGate } from './order-gate.ts';
import type { Cause } from './output.ts';

/** What comes in, with what its answer is to be attributed to. */
export type Handle = (input: SandboxInput, cause: Cause) => Promise<void>;

/** JetStream delivers again what it has not heard of for 5 s. */
const HEARTBEAT = 2000;
const AGAIN = 1000;

const parse = (message: JsMsg): SandboxInput | undefined => {
  try {
    return SandboxInput.safeParse(upcast(message.json())).data;
  } catch {
    return undefined;
  }
};

/**
 * Reads the sandbox's input. A message is acknowledged once `handle` resolves, however long that takes; where it
 * rejects, the message comes again. `handle` is called in the order of the stream, also after a crash, but nothing waits
 * for it: what must be done one by one is the handler's. `ended` resolves where
 * there is nothing more to read from.
 */
export const readInput = async ({
  bus,
  sandbox,
  handle,
  log,
}: {
  bus: Bus;
  sandbox: string;
  handle: Handle;
  log: Log;
}): Promise<{ ended: Promise<void>; stop: () => Promise<void> }> => {
  const consumer = await bus.js.consumers.get(streams.sandbox, runnerDurable(sandbox));
  const { num_ack_pending: count, delivered } = await consumer.info(true);
  const messages = await consumer.consume({ max_messages: 32 });
  const inHand = new Set<JsMsg>();
  let stopping = false;
  const heartbeat = setInterval(() => {
    for (const message of [...inHand, ...gate.held()]) message.working();
  }, HEARTBEAT);

  const serve = async (message: JsMsg): Promise<void> => {
    const input = parse(message);
    if (!input) {
      log.warn({ sequence: message.seq }, 'not a message of a sandbox’s input: passed over');
      return message.term();
    }
    inHand.add(message);
    try {
      await handle(input, {
        id: input.id,
        correlation: input.correlation,
        traceparent: message.headers?.get('traceparent'),
        tracestate: message.headers?.get('tracestate'),
      });
      faultPoint('before', 'ack', input.type);
      if (!stopping) message.ack();
      faultPoint('after', 'ack', input.type);
    } catch (error) {
      if (stopping) return;
      log.warn({ err: error, type: input.type, sequence: message.seq }, 'will try again');
      message.nak(AGAIN);
    } finally {
      inHand.delete(message);
    }
  };

  const gate = createOrderGate({ count, upTo: delivered.stream_seq }, (message) => void serve(message));
  const loop = async (): Promise<void> => {
    for await (const message of messages) gate.pass(message);
  };
  return {
    ended: loop().finally(() => clearInterval(heartbeat)),
    stop: async () => {
      stopping = true;
      clearInterval(heartbeat);
      // Whoever comes after us has them at once.
      for (const message of [...inHand, ...gate.held()]) message.nak();
      await messages.close();
    },
  };
};
