import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import type { Bus } from '@threadbox/messaging';
import { streams, type AggregateType } from '@threadbox/schemas';

/** How many messages NATS sends ahead of what was asked for. */
const AHEAD = 10_000;

/** Every commit of one kind of aggregate after this place, in order, and on as they come until `stop` is called. */
export const followLog = async (
  { js }: Pick<Bus, 'js'>,
  { aggregate, after }: { aggregate: AggregateType; after: number },
): Promise<{ messages: AsyncIterable<JsMsg>; pending: number; stop: () => void; close: () => Promise<void> }> => {
  const consumer = await js.consumers.get(streams.events, {
    filter_subjects: `events.*.${aggregate}.>`,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after + 1,
  });
  const { num_pending: pending } = await consumer.info(true);
  const messages = await consumer.consume({ max_messages: AHEAD, threshold_messages: AHEAD / 2 });
  return {
    messages,
    pending,
    stop: () => messages.stop(),
    close: async () => {
      messages.stop();
      await consumer.delete().catch(() => false);
    },
  };
};

/** Every commit of one kind of aggregate after one place up to another, in order. */
export async function* readLog(
  bus: Pick<Bus, 'js'>,
  { aggregate, after, upTo }: { aggregate: AggregateType; after: number; upTo: number },
): AsyncGenerator<JsMsg> {
  if (upTo <= after) return;
  const { messages, pending, close } = await followLog(bus, { aggregate, after });
  try {
    if (pending === 0) return;
    for await (const message of messages) {
      if (message.seq <= upTo) yield message;
      // Nothing of this kind is left, or the rest is beyond.
      if (message.seq >= upTo || message.info.pending === 0) return;
    }
  } finally {
    await close();
  }
}
