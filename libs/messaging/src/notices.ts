import { chatSubject, deriveId, type Button } from '@threadbox/schemas';
import type { Bus } from './bus.ts';
import type { Cause } from './event-store.ts';
import { compose, publish } from './publish.ts';

/** A message of Threadbox itself; `delivery` names its place in the chat, so the same one again is an edit. */
export type Notice = {
  conversation: string;
  delivery: string;
  text: string;
  buttons?: readonly Button[];
  /** The running turn that asks this. */
  interrupts?: { session: string; turn: number };
};

/** Asks relay to show a notice. The same notice for the same cause is asked for once. */
export const requestNotice = async (bus: Pick<Bus, 'js'>, notice: Notice, cause: Cause): Promise<void> => {
  const { conversation, delivery, text, buttons = [], interrupts } = notice;
  const message = compose({
    type: 'notice-requested',
    id: deriveId('notice', delivery, cause.id),
    causation: cause.id,
    correlation: cause.correlation,
    data: { conversation, delivery, text, buttons, ...(interrupts && { interrupts }) },
  });
  await publish(bus, chatSubject('outbound', conversation), message);
};
