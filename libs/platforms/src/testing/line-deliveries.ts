import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** An event as LINE delivers it. */
export type LineEventObject = { webhookEventId: string; deliveryContext: { isRedelivery: boolean } } & Record<
  string,
  unknown
>;

/** Milliseconds before what was not answered with 200 is delivered again. LINE's are longer. */
const RETRY = 50;

/** Deliveries that wait for the bot, brought until it answers 200; first ones in their order, repeated ones behind. */
export type LineDeliveries = ReturnType<typeof createLineDeliveries>;

/** Nothing to deliver yet, and nowhere to. */
export const createLineDeliveries = ({ destination, secret }: { destination: string; secret: string }) => {
  type Delivery = { id: number; events: LineEventObject[] };
  let endpoint: string | undefined;
  let waiting: Delivery[] = [];
  const received = new Set<number>();
  let last: Delivery | undefined;
  let count = 0;
  const closing = new AbortController();
  let pumping: Promise<void> = Promise.resolve();

  const post = async (url: string, events: readonly LineEventObject[]): Promise<number> => {
    const body = JSON.stringify({ destination, events });
    const signature = createHmac('sha256', secret).update(body).digest('base64');
    const headers = { 'content-type': 'application/json; charset=utf-8', 'x-line-signature': signature };
    const { signal } = closing;
    return fetch(url, { method: 'POST', headers, body, signal }).then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      () => 0,
    );
  };

  const again = ({ id, events }: Delivery): Delivery => ({
    id,
    events: events.map((event) => ({ ...event, deliveryContext: { isRedelivery: true } })),
  });

  const pump = async (): Promise<void> => {
    for (;;) {
      if (endpoint === undefined || closing.signal.aborted) return;
      const next = waiting.shift();
      if (next === undefined) return;
      if ((await post(endpoint, next.events)) === 200) {
        received.add(next.id);
        last = next;
      } else {
        waiting.push(again(next));
        await sleep(RETRY, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };
  const changed = (): void => {
    pumping = pumping.then(pump);
  };

  return {
    /** Puts events into one delivery and tells its number. */
    push: (events: LineEventObject[]): number => {
      count += 1;
      waiting.push({ id: count, events });
      changed();
      return count;
    },
    received: (id: number): boolean => received.has(id),
    /** Delivers what was delivered last once more. */
    redeliver: (): void => {
      if (last) waiting.push(last);
      changed();
    },
    setEndpoint: (url: string): void => {
      endpoint = url;
      changed();
    },
    endpoint: (): string | undefined => endpoint,
    /** What LINE's button “Verify” does: a delivery without events. */
    test: (url: string): Promise<number> => post(url, []),
    close: async (): Promise<void> => {
      closing.abort();
      waiting = [];
      await pumping;
    },
  };
};
