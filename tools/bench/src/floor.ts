import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { Bus } from '@threadbox/messaging';
import { testNats } from '@threadbox/tool-infrastructure/testing';

/** The hops of a message: said, let in, decided, given to a sandbox, answered by it, shown. */
const HOPS = 6;
/** About as long as what Threadbox writes on its way. */
const PAYLOAD = 'x'.repeat(900);
const STREAM = 'CHAIN';

const chain = async ({ js, jsm }: Bus): Promise<(chat: number) => Promise<number>> => {
  await jsm.streams.add({
    name: STREAM,
    subjects: ['chain.>'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
  });
  const waiting = new Map<string, (at: number) => void>();
  for (let hop = 0; hop < HOPS; hop += 1) {
    const durable = `hop-${hop}`;
    await jsm.consumers.add(STREAM, {
      durable_name: durable,
      filter_subject: `chain.${hop}.*`,
      ack_policy: AckPolicy.Explicit,
    });
    const messages = await (await js.consumers.get(STREAM, durable)).consume();
    void (async () => {
      for await (const message of messages) {
        const { id, chat } = message.json<{ id: string; chat: number }>();
        if (hop === HOPS - 1) waiting.get(id)?.(performance.now());
        else await js.publish(`chain.${hop + 1}.${chat}`, message.data);
        message.ack();
      }
    })();
  }
  let last = 0;
  return async (chat) => {
    last += 1;
    const id = String(last);
    const arrived = new Promise<number>((resolve) => {
      waiting.set(id, resolve);
    });
    const begun = performance.now();
    await js.publish(`chain.0.${chat}`, JSON.stringify({ id, chat, text: PAYLOAD }));
    const at = await arrived;
    waiting.delete(id);
    return at - begun;
  };
};

/**
 * What the way of a message costs at the least: a bare chain of JetStream publishes and consumers in one process, as many hops and as
 * large, at the same rate. Milliseconds of each.
 */
export const measureFloor = async ({
  count,
  rate,
  chats,
}: {
  count: number;
  rate: number;
  chats: number;
}): Promise<number[]> => {
  const nats = await testNats();
  const bus = await nats.connect('admin');
  try {
    const send = await chain(bus);
    for (let n = 0; n < 200; n += 1) await send(n % chats);
    const begun = performance.now();
    const all: Array<Promise<number>> = [];
    for (let n = 0; n < count; n += 1) {
      all.push(send(n % chats));
      const wait = begun + ((n + 1) * 1000) / rate - performance.now();
      if (wait > 1) await sleep(wait);
    }
    return await Promise.all(all);
  } finally {
    await bus.close();
    await nats.stop();
  }
};
