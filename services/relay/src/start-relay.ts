import { setTimeout as sleep } from 'node:timers/promises';
import {
  compose,
  publish,
  react,
  withFaultPoints,
  type Bus,
  type ReactLog,
  type Reader,
  type Term,
} from '@threadbox/messaging';
import type { Sender } from '@threadbox/platforms';
import { chatSubject, deriveId, Outbound, SandboxOutput } from '@threadbox/schemas';
import { createFiles } from './adapters/files.ts';
import { guardedSender } from './adapters/guarded-sender.ts';
import { untilDone } from './adapters/patience.ts';
import { createProgress } from './adapters/progress.ts';
import { createRecord } from './adapters/record.ts';
import { createTurns } from './adapters/turns.ts';
import { createWriter } from './adapters/writer.ts';
import { onOutbound } from './reactors/on-outbound.ts';
import { onSandboxOutput } from './reactors/on-sandbox-output.ts';

/** How long a platform's answer is waited for at the end, in milliseconds. Later, the next relay has to find out by itself. */
const LAST_ANSWERS = 6000;

/**
 * Reads what is to be shown and writes it to chats; of several relays only the one that holds the lease. `stop` waits for calls that
 * were begun, and gives up what waits for its turn: it comes again to the next relay.
 */
export const startRelay = async (options: {
  bus: Bus;
  senders: ReadonlyMap<string, Sender>;
  log: ReactLog;
  /** How long output waits for its announcement, which comes on another stream, in milliseconds. */
  announcedWithin?: number;
  /** The lease under which it writes. */
  term: Pick<Term, 'signal' | 'sure'>;
}): Promise<{ stop: () => Promise<void> }> => {
  const { bus, log, announcedWithin = 3000, term } = options;
  const senders = new Map([...options.senders].map(([prefix, sender]) => [prefix, guardedSender(sender, term.sure)]));
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, term.signal]);
  const record = withFaultPoints('record', createRecord(bus), ['intend', 'posted', 'announce', 'interrupt', 'finish']);
  const patience = { signal, onFailure: (err: unknown) => log.warn({ err }, 'waiting for NATS') };
  const penalties = await untilDone(record.penalties, patience);

  const writer = createWriter({ senders, record, log, signal, penalties });
  const progress = createProgress();
  const turns = createTurns({ record, writer, progress, announcedWithin });
  const outbound = onOutbound({
    writer,
    turns,
    record,
    log,
    tell: async (data, { id: causation, correlation }) => {
      const id = deriveId('thread-opened', causation);
      const message = compose({ type: 'thread-opened', id, causation, correlation, data });
      await publish(bus, chatSubject('opened', data.conversation), message);
    },
  });
  const output = onSandboxOutput({ writer, turns, files: createFiles(bus), log });

  const readers: Reader[] = [];
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('the relay is stopping'));
    writer.stop();
    const timer = new AbortController();
    const late = sleep(LAST_ANSWERS, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([Promise.all(readers.map((reader) => reader.stop())), late]);
    timer.abort();
  };
  try {
    readers.push(
      await react(bus, {
        durable: 'relay-outbound',
        schema: Outbound,
        handle: (message, delivery) => progress.during(delivery.time, () => outbound(message, delivery)),
        keyOf: ({ subject }) => subject,
        log,
      }),
    );
    readers.push(
      await react(bus, {
        durable: 'relay-output',
        schema: SandboxOutput,
        handle: output,
        keyOf: ({ subject }) => subject,
        // Pieces of an answer pass by here by the hundred; the answer itself is worth a span.
        traced: ({ type }) => type === 'turn-finished',
        log,
      }),
    );
  } catch (error) {
    // NATS did not answer, say: one reader without the other would keep others from being served.
    await stop();
    throw error;
  }
  return { stop };
};
