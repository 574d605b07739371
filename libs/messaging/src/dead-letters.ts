import { deadSubject, deriveId } from '@threadbox/schemas';
import type { JsMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';

/**
 * Puts a message aside that a reader could not process, as it came, with what is needed to inspect and replay it:
 * the headers `Threadbox-Stream`, `-Sequence`, `-Subject` and `-Reason`.
 */
export const buryMessage = async (
  { js }: Pick<Bus, 'js'>,
  durable: string,
  message: JsMsg,
  reason: string,
): Promise<void> => {
  const label = headers();
  for (const key of message.headers?.keys() ?? []) {
    // The original's JetStream instructions must not be obeyed again.
    if (!key.startsWith('Nats-')) label.set(key, message.headers?.get(key) ?? '');
  }
  label.set('Threadbox-Stream', message.info.stream);
  label.set('Threadbox-Sequence', String(message.seq));
  label.set('Threadbox-Subject', message.subject);
  label.set('Threadbox-Reason', reason.replaceAll(/[\r\n]+/g, ' ').slice(0, 500));
  await js.publish(deadSubject(durable), message.data, {
    headers: label,
    msgID: deriveId('dead', durable, message.seq),
  });
};
