import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { againSubject } from '@threadbox/schemas';
import type { Delivery } from './react.ts';

/** What an operator hears of a dead letter that was processed again. */
export type ReplayOutcome = { ok: true } | { ok: false; reason: string };

/**
 * Listens for dead letters that an operator gives back to a durable's reader: each is processed once, and how that ended is
 * the answer. Only this reader gets it, for the others of its subject have dealt with it; and nothing is appended to a stream
 * again, for it stands there.
 */
export const listenForReplays = (
  nc: NatsConnection,
  durable: string,
  process: (message: Msg, delivery: Delivery) => Promise<void>,
): { stop: () => void } => {
  const answer = async (message: Msg): Promise<ReplayOutcome> => {
    const label = (name: string): string => message.headers?.get(`Threadbox-${name}`) ?? '';
    const sequence = Number(label('Sequence'));
    if (!Number.isInteger(sequence) || sequence < 1 || label('Subject') === '')
      return { ok: false, reason: 'not a dead letter' };
    try {
      await process(message, { sequence, subject: label('Subject'), redelivered: true, time: Date.now() });
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    }
  };
  const subscription = nc.subscribe(againSubject(durable), {
    // Of several replicas one does it.
    queue: 'again',
    callback: (error, message) => {
      if (!error) void answer(message).then((outcome) => message.respond(JSON.stringify(outcome)));
    },
  });
  return { stop: () => subscription.unsubscribe() };
};
