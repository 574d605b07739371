import { DeliverPolicy } from '@nats-io/jetstream';
import type { Bus } from '@threadbox/messaging';
import { streams, webReactionSubject, webSubject, webThreadsFilter } from '@threadbox/schemas';

/** A comment goes out this often, so that proxies and browsers know that the line is alive; in milliseconds. */
const HEARTBEAT = 15_000;

/**
 * Server-sent events (WHATWG HTML, 9.2) for a user: the records of all threads, and every message of one with its reactions. An event's id
 * is its sequence in the stream, so that `Last-Event-ID` resumes without loss; without one everything that stands comes
 * first, then `event: ready`.
 */
export const eventStream = (
  { js }: Pick<Bus, 'js'>,
  {
    user,
    conversation,
    after,
    signal,
  }: { user: string; conversation: string | undefined; after: number; signal: AbortSignal },
): Response => {
  const encoder = new TextEncoder();
  const filters = [
    webThreadsFilter(user),
    ...(conversation === undefined ? [] : [webSubject(conversation, '*'), webReactionSubject(conversation, '*')]),
  ];
  const stop = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const send = (text: string): void => {
        if (!stop.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const consumer = await js.consumers.get(streams.web, {
        filter_subjects: filters,
        ...(after > 0 ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 } : {}),
      });
      const pending = (await consumer.info()).num_pending;
      const messages = await consumer.consume();
      const heartbeat = setInterval(() => send(': alive\n\n'), HEARTBEAT);
      const end = (): void => {
        if (stop.signal.aborted) return;
        stop.abort();
        clearInterval(heartbeat);
        messages.stop();
        try {
          controller.close();
        } catch {
          // The reader closed it first.
        }
      };
      signal.addEventListener('abort', end, { once: true });
      stop.signal.addEventListener('abort', () => messages.stop(), { once: true });
      let left = pending;
      if (left === 0) send('event: ready\ndata: {}\n\n');
      else send(': hello\n\n');
      try {
        for await (const message of messages) {
          send(`id: ${message.seq}\ndata: ${message.string()}\n\n`);
          left -= 1;
          if (left === 0) send('event: ready\ndata: {}\n\n');
        }
      } finally {
        end();
      }
    },
    cancel: () => stop.abort(),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
};
