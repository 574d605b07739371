/**
 * A durable reader. How the handler ends decides what becomes of the message:
 * - returned: acknowledged;
 * - threw `Unprocessable`, or the payload is not of the schema: put aside in the dead letters, the next is served;
 * - threw anything else: tried again in place with back-off (so nothing overtakes it), then put aside; an error that
 *   passes once NATS is back is tried for ever.
 *
 * Order: messages of one key are handled one by one, in stream order, across a crash too: what was in hand when the last
 * reader died comes again after ACK_WAIT, and until then newer messages are held back.
 *
 * Two readers of one durable, as during a rollout, are harmless: where one message is out at a time, the server keeps the
 * order by itself; where many are, it serves one reader (pinned), and whoever comes next waits for what the other had in hand.
 */
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { durables, readingOf, UnknownVersion, upcast } from '@threadbox/schemas';
import type { z } from 'zod';
import type { Bus } from './bus.ts';
import { buryMessage } from './dead-letters.ts';
import { isTransient, Unprocessable } from './errors.ts';
import { faultPoint } from './fault-points.ts';
import { createGate } from './gate.ts';
import { inheritedOf } from './inheritance.ts';
import { createKeyQueue } from './key-queue.ts';
import { ACK_WAIT, PULL_EXPIRES, READERS } from './provision.ts';
import { watchOf, type Counts } from './reader-watch.ts';
import { listenForReplays } from './replays.ts';
import { isRecorded, traceOf } from './trace-headers.ts';

/** What a handler is told beside the message: whether it may have been handled before, and when the stream took it, in milliseconds since 1970. */
export type Delivery = { sequence: number; subject: string; redelivered: boolean; time: number };

/** The lines a reader writes to its log. */
export type ReactLog = { warn: (fields: object, text: string) => void; error: (fields: object, text: string) => void };

/** A reader at work. `stop` finishes what is in hand and gives the rest back at once. */
export type Reader = { stop: () => Promise<void> };

/** Tries of one message before it is put aside. */
const ATTEMPTS = 6;
const HEARTBEAT = ACK_WAIT / 2.5;
/** How many messages are asked for at once. */
const PULL = 256;
/** What a message says of whom it was sent to, where one reader at a time is served. */
const PIN = 'Nats-Pin-Id';

/** What there is of a message, wherever it came from. */
type Received = { json: () => unknown; headers?: MsgHdrs | undefined };

const backOff = (attempt: number): number => Math.min(100 * 2 ** (attempt - 1), 5000);
const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Starts reading a durable of the topology, or (with `stream`) any other, such as a runner's. */
export const react = async <Schema extends z.ZodType>(
  bus: Bus,
  options: {
    durable: string;
    stream?: string;
    schema: Schema;
    handle: (message: z.infer<Schema>, delivery: Delivery) => Promise<void>;
    /** Which messages must keep their order; all of them, if not given. */
    keyOf?: (delivery: Delivery) => string;
    /** Whether this message gets a span of its own; streams of small pieces need none. */
    traced?: (message: z.infer<Schema>) => boolean;
    log?: ReactLog;
  },
): Promise<Reader> => {
  const { durable, schema, handle, log } = options;
  const row = durables.find((known) => known.durable === durable);
  const stream = options.stream ?? row?.stream;
  if (stream === undefined) throw new TypeError(`${durable} is no durable of the topology, and no stream was named`);

  const tracer = trace.getTracer('@threadbox/messaging');
  const counts: Counts = { done: 0, dead: 0, redelivered: 0, retried: 0, busy: 0 };
  const consumer = await bus.js.consumers.get(stream, durable);
  const before = await consumer.info(true);
  const inherited = inheritedOf(before.config);
  const isPinned = before.config.priority_groups?.includes(READERS) === true;
  const queue = createKeyQueue();
  const inHand = new Map<number, JsMsg>();
  /** How often it changed what we hold. */
  let changes = 0;
  const stopping = new AbortController();

  const reading = readingOf(durable);
  const settle = (message: JsMsg, outcome: 'done' | 'dead'): void => {
    faultPoint('before', 'ack', reading);
    if (outcome === 'done') message.ack();
    else message.term();
    counts[outcome] += 1;
    faultPoint('after', 'ack', reading);
  };

  const attempt = async (message: Received, delivery: Delivery): Promise<void> => {
    const parsed = schema.safeParse(currentOf(message));
    if (!parsed.success) throw new Unprocessable(`not a message of this subject: ${parsed.error.message}`);
    const work = (): Promise<void> => handle(parsed.data, delivery);
    const parent = traceOf(message.headers);
    if (!isRecorded(parent) || options.traced?.(parsed.data) === false) return context.with(parent, work);
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.type': 'process',
      'messaging.destination.name': delivery.subject,
      'messaging.consumer.group.name': durable,
      'messaging.message.id': message.headers?.get('Nats-Msg-Id') ?? '',
    };
    const name = `process ${delivery.subject.split('.').slice(0, 2).join('.')}`;
    await tracer.startActiveSpan(name, { kind: SpanKind.CONSUMER, attributes }, parent, async (span) => {
      try {
        await work();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: reasonOf(error) });
        throw error;
      } finally {
        span.end();
      }
    });
  };

  const process = async (message: JsMsg): Promise<void> => {
    const { deliveryCount, timestampNanos } = message.info;
    const delivery = {
      sequence: message.seq,
      subject: message.subject,
      redelivered: deliveryCount > 1 || message.seq <= inherited,
      time: timestampNanos / 1e6,
    };
    if (delivery.redelivered) counts.redelivered += 1;
    for (let tries = 1; !stopping.signal.aborted; tries += 1) {
      if (tries > 1) counts.retried += 1;
      try {
        await attempt(message, delivery);
        return settle(message, 'done');
      } catch (error) {
        const hopeless = error instanceof Unprocessable || (tries >= ATTEMPTS && !isTransient(error));
        log?.[hopeless ? 'error' : 'warn'](
          { err: error, durable, sequence: message.seq, tries },
          hopeless ? 'put aside' : 'will try again',
        );
        if (hopeless) {
          const buried = await buryMessage(bus, durable, message, reasonOf(error)).then(
            () => true,
            () => false,
          );
          if (buried) return settle(message, 'dead');
        }
        await new Promise((resolve) => setTimeout(resolve, backOff(tries)));
      }
    }
    message.nak();
  };

  const keyOf = (delivery: Delivery): string => options.keyOf?.(delivery) ?? '';
  // NATS lets a service hear of those that are its own.
  const replays =
    row &&
    listenForReplays(
      bus.nc,
      durable,
      (message, delivery) =>
        new Promise((done, failed) => {
          queue.run(keyOf(delivery), () => attempt(message, delivery).then(done, failed));
        }),
    );

  const accept = (message: JsMsg): void => {
    inHand.set(message.seq, message);
    changes += 1;
    const key = keyOf({ sequence: message.seq, subject: message.subject, redelivered: message.redelivered, time: 0 });
    queue.run(key, async () => {
      const began = performance.now();
      await process(message).finally(() => {
        inHand.delete(message.seq);
        changes += 1;
      });
      counts.busy += performance.now() - began;
    });
  };

  /** What another reader had in hand has come again, was settled after all, or was purged. */
  const isAllOurs = async (): Promise<boolean> => {
    const [ours, sofar] = [inHand.size + gate.held().length, changes];
    const { num_ack_pending: out } = await consumer.info();
    // Only where nothing moved meanwhile can the two be compared.
    return changes === sofar && out <= ours;
  };
  const gate = createGate({
    // One by one the server itself holds everything else back.
    closed: (row?.inFlight ?? 2) > 1 && before.num_ack_pending > 0,
    accept,
    isOver: isAllOurs,
  });
  /** What was still held back when we stopped. */
  let givenBack: readonly JsMsg[] = [];
  const heartbeat = setInterval(() => {
    for (const message of inHand.values()) message.working();
    for (const message of [...gate.held(), ...givenBack]) message.working();
  }, HEARTBEAT);

  let messages: ConsumerMessages | undefined = await consumer.consume({
    // How many are out at once the server knows; asking for more each time would cost a request a message.
    max_messages: PULL,
    ...(isPinned ? { group: READERS, expires: PULL_EXPIRES } : {}),
  });
  const nextReader = async (): Promise<void> => {
    if (isPinned) await bus.jsm.consumers.unpin(stream, durable, READERS).catch(() => undefined);
  };
  // Whoever was served may be dead: that must not cost us its whole time. Where it lives, it finishes what it has in hand.
  await nextReader();
  /** Under which turn the server serves us: our messages say so. */
  let pin = '';
  const loop = (async () => {
    for await (const message of messages) {
      const served = message.headers?.get(PIN) ?? '';
      if (served !== '' && served !== pin) gate.shut();
      pin = served;
      // Delivered again while we still work on it (this process stood still for longer than ACK_WAIT).
      if (inHand.has(message.seq)) continue;
      changes += 1;
      gate.pass(message);
    }
  })();
  const onEnd = (error?: unknown): void => {
    if (!stopping.signal.aborted) bus.fail(new ReaderEnded(durable, { cause: error }));
  };
  loop.then(onEnd, onEnd);
  // Only those of the topology are a service's; a runner has nobody who would look.
  const unwatch =
    row && watchOf(bus).add({ durable, counts, info: () => consumer.info(), oldest: () => oldestOf(inHand) });

  return {
    stop: async () => {
      stopping.abort();
      unwatch?.();
      replays?.stop();
      await messages?.close();
      messages = undefined;
      // What was held back comes after what is in hand: so it is given back, and so it comes again.
      givenBack = gate.close();
      await queue.idle();
      for (const message of givenBack) message.nak();
      clearInterval(heartbeat);
      if (bus.nc.isClosed()) return;
      // Our successor must not wait for acknowledgements that are still in a buffer, nor for our turn to run out.
      await bus.nc.flush();
      await nextReader();
    },
  };
};

/** A reader is given nothing any more, for good. */
class ReaderEnded extends Error {
  override readonly name = 'ReaderEnded';
  constructor(durable: string, options: ErrorOptions) {
    super(`the reader of ${durable} has ended`, options);
  }
}

/** When the stream took the oldest of these, in milliseconds since 1970. */
const oldestOf = (messages: ReadonlyMap<number, JsMsg>): number | undefined => {
  const first = Math.min(...messages.keys());
  const message = messages.get(first);
  return message && message.info.timestampNanos / 1e6;
};

/** What the message says, in today's version. */
const currentOf = (message: Received): unknown => {
  let json: unknown;
  try {
    json = message.json();
  } catch (error) {
    throw new Unprocessable('not JSON', { cause: error });
  }
  try {
    return upcast(json);
  } catch (error) {
    throw error instanceof UnknownVersion ? new Unprocessable(error.message, { cause: error }) : error;
  }
};
