import { againSubject, deadSubject, deriveId, readerOf, readingOf, streams } from '@threadbox/schemas';
import type { JsMsg, StoredMsg } from '@nats-io/jetstream';
import { headers, NoRespondersError, RequestError, TimeoutError, type MsgHdrs } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import type { ReplayOutcome } from './replays.ts';

/** The most that is put aside whole, in bytes with headers: NATS takes a mebibyte, and our labels take some. */
const LARGEST = 1_000_000;
/** Of a larger one so much is kept. */
const SHOWN = 1000;

/**
 * Puts a message aside that a reader could not process, as it came, with what is needed to inspect and replay it:
 * the headers `Threadbox-Stream`, `-Sequence`, `-Subject` and `-Reason`. Of one that is too large for that only the beginning is
 * kept, with its whole size as `-Cut`.
 */
export const buryMessage = async (
  { js }: Pick<Bus, 'js'>,
  durable: string,
  message: JsMsg,
  reason: string,
): Promise<void> => {
  const label = headers();
  const own = (message.headers?.keys() ?? []).filter((key) => !key.startsWith('Nats-'));
  const size = own.reduce(
    (sum, key) => sum + key.length + (message.headers?.get(key).length ?? 0),
    message.data.length,
  );
  // With our labels it would be more than NATS takes, and whoever cannot put it aside would try for ever.
  const isCut = size > LARGEST;
  if (isCut) label.set('Threadbox-Cut', String(message.data.length));
  // The original's JetStream instructions must not be obeyed again.
  else for (const key of own) label.set(key, message.headers?.get(key) ?? '');
  label.set('Threadbox-Stream', message.info.stream);
  label.set('Threadbox-Sequence', String(message.seq));
  label.set('Threadbox-Subject', message.subject);
  label.set('Threadbox-Reason', reason.replaceAll(/[\r\n]+/g, ' ').slice(0, 500));
  await js.publish(deadSubject(durable), isCut ? message.data.subarray(0, SHOWN) : message.data, {
    headers: label,
    msgID: deriveId('dead', durable, message.seq),
  });
};

/** A message that was put aside. `number` is its place among them. */
export type DeadLetter = {
  number: number;
  /** The reader that could not process it. */
  durable: string;
  /** When it was put aside. */
  at: Date;
  /** Where it came from. */
  subject: string;
  sequence: number;
  reason: string;
  text: string;
  headers: MsgHdrs;
};

const BATCH = 200;

/** Every dead letter there is, oldest first. */
export async function* deadLetters({ jsm }: Pick<Bus, 'jsm'>): AsyncGenerator<DeadLetter> {
  const { state } = await jsm.streams.info(streams.dead);
  // A stream that never held anything begins at 0.
  for (let next = Math.max(1, state.first_seq); next <= state.last_seq;) {
    const batch = await jsm.direct.getBatch(streams.dead, { seq: next, batch: BATCH });
    const before = next;
    for await (const stored of batch) {
      next = stored.seq + 1;
      yield letterOf(stored);
    }
    if (next === before) return;
  }
}

/** One of them; undefined where there is none by this number. */
export const deadLetter = async ({ jsm }: Pick<Bus, 'jsm'>, number: number): Promise<DeadLetter | undefined> => {
  const stored = await jsm.direct.getMessage(streams.dead, { seq: number });
  return stored === null ? undefined : letterOf(stored);
};

const letterOf = (stored: StoredMsg): DeadLetter => {
  const label = (name: string): string => stored.header.get(`Threadbox-${name}`);
  return {
    number: stored.seq,
    durable: stored.subject.slice(deadSubject('').length),
    at: stored.time,
    subject: label('Subject'),
    sequence: Number(label('Sequence')),
    reason: label('Reason'),
    text: stored.string(),
    headers: stored.header,
  };
};

/** How long a reader may take over a letter, in milliseconds: a platform may want rest meanwhile. */
const PATIENCE = 60_000;

/** Gives a letter back to the reader that could not process it, and takes it out of the dead letters if that went well. */
export const replayDeadLetter = async (
  bus: Pick<Bus, 'nc' | 'jsm'>,
  { number, durable, subject, text, headers: label }: DeadLetter,
): Promise<ReplayOutcome> => {
  if (label.has('Threadbox-Cut')) return { ok: false, reason: 'it was too large to be kept whole' };
  // A later release may read it by another durable than the one that put it aside.
  const reader = readerOf(readingOf(durable), subject) ?? durable;
  let outcome: ReplayOutcome;
  try {
    const reply = await bus.nc.request(againSubject(reader), text, { headers: label, timeout: PATIENCE });
    outcome = reply.json<ReplayOutcome>();
  } catch (error) {
    if (error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders()))
      return { ok: false, reason: `nobody reads ${reader} now: is its service running?` };
    if (error instanceof TimeoutError)
      return { ok: false, reason: 'no answer within a minute; it may be under way still' };
    throw error;
  }
  if (outcome.ok) await deleteDeadLetter(bus, number);
  return outcome;
};

/** Forgets a letter. */
export const deleteDeadLetter = async ({ jsm }: Pick<Bus, 'jsm'>, number: number): Promise<void> => {
  await jsm.streams.deleteMessage(streams.dead, number, false);
};
