import type { Delivery } from '@threadbox/messaging';
import { Refused } from '@threadbox/platforms';
import {
  deriveId,
  type Button,
  type ConversationClosed,
  type NoticeRequested,
  type Outbound,
  type ThreadOpened,
  type ThreadRequested,
  type TurnAnnounced,
  type TurnSettled,
} from '@threadbox/schemas';
import type { DeliveryRecord } from '../adapters/record.ts';
import { answerDelivery, turnDelivery, type Turns } from '../adapters/turns.ts';
import type { Writer } from '../adapters/writer.ts';
import { ANSWERED_BELOW, placeholderText } from '../domain/final-text.ts';
import { nothingYet } from '../domain/turn-view.ts';

type Ports = {
  writer: Writer;
  turns: Turns;
  record: DeliveryRecord;
  /** Tells session about a thread; done again, it changes nothing. */
  tell: (opened: ThreadOpened['data'], cause: { id: string; correlation: string }) => Promise<void>;
  log: { warn: (fields: object, text: string) => void };
};

/** What buttons become where there are none: numbered lines, which people answer with the number. */
const withNumbers = (text: string, buttons: readonly Button[]): string => {
  const choices = buttons.filter(({ prompt }) => prompt === undefined);
  if (choices.length === 0) return text;
  const lines = choices.map(({ label }, i) => `${i + 1}. ${label}`);
  return `${text}\n\n${lines.join('\n')}\n\nAnswer with the number.`;
};

/** notice-requested → a message, or an edit of the one that stands in its place. */
const onNoticeRequested = async ({ writer, turns }: Ports, { data }: NoticeRequested): Promise<void> => {
  const { conversation, text, buttons, interrupts } = data;
  if (interrupts) await turns.interrupt(interrupts.session, interrupts.turn);
  const sender = writer.senderOf(conversation);
  // Where nothing can be edited, other words in the same place are another message; the same words are the same one.
  const delivery = sender.capabilities.edit ? data.delivery : deriveId(data.delivery, JSON.stringify([text, buttons]));
  const whole = sender.capabilities.buttons ? text : withNumbers(text, buttons);
  const parts = (mark: string) => sender.render(whole + mark).parts;
  const count = parts('').length;
  await writer.show(
    conversation,
    Array.from({ length: count }, (_, part) => ({
      slot: { delivery, part },
      make: (mark: string) => parts(part === count - 1 ? mark : '')[part] ?? { text: mark },
      // Under the last part, where the eye is.
      ...(part === count - 1 && buttons.length > 0 ? { buttons } : {}),
    })),
  );
};

/** turn-announced → a placeholder, which becomes the answer. */
const onTurnAnnounced = async (
  { writer, turns, record }: Ports,
  { data }: TurnAnnounced,
  { redelivered, time }: Pick<Delivery, 'redelivered' | 'time'>,
): Promise<void> => {
  const { conversation, session, turn, ahead, received } = data;
  const live = turns.at(session, turn);
  live.isAnnounced = true;
  if (received !== undefined) live.received = Date.parse(received);
  // Output that came before says nothing about how long it took.
  if (ahead === 0 && live.view === nothingYet) live.started = time;
  const placeholder = async (): Promise<void> => {
    const sender = writer.senderOf(conversation);
    if (ahead === 0) writer.typing(conversation);
    if (!sender.capabilities.edit || writer.drafts(conversation)) return;
    const slot = { delivery: turnDelivery(session, turn), part: 0 };
    const make = (mark: string) => sender.renderLive(mark.trim(), placeholderText(ahead));
    // The answer may have overtaken it while it waited: a placeholder must never stand in its place, nor the next turn's above it.
    do await writer.show(conversation, [{ slot, make, live: ahead === 0 }], () => !live.done);
    while ((await live.lastWord) === false);
  };
  const noted = writer.persist(() => record.announce(session, turn, conversation));
  // Only what comes again can be over already; what comes first need not wait to learn that it is not.
  if ((live.done && !live.lastWord) || (redelivered && (await noted).done)) {
    live.announce(undefined);
    await noted;
    return;
  }
  try {
    await Promise.all([noted, placeholder()]);
  } finally {
    // Where the chat refused the placeholder, the answer will be refused, too; but it must not wait for ever.
    live.announce(conversation);
  }
};

/** turn-settled → the placeholder becomes these words, or they stand below what the turn asked, and the turn is over. */
const onTurnSettled = async ({ writer, turns, record }: Ports, { data }: TurnSettled): Promise<void> => {
  const { conversation, session, turn, text } = data;
  if ((await writer.persist(() => record.turn(session, turn)))?.done) return;
  const sender = writer.senderOf(conversation);
  const placeholder = { delivery: turnDelivery(session, turn), part: 0 };
  await turns.settle(session, turn, async () => {
    const isBelow = await turns.isInterrupted(session, turn);
    if (isBelow) await turns.interruptFollowing(session, turn);
    const slot = isBelow ? { delivery: answerDelivery(session, turn), part: 0 } : placeholder;
    await writer.show(conversation, [{ slot, make: (mark) => sender.render(text + mark).parts[0] ?? { text } }]);
    const [above] = sender.render(ANSWERED_BELOW).parts;
    if (isBelow && above) await writer.amend(conversation, placeholder, above);
  });
};

/** thread-requested → a thread, and the word about it; where the chat refuses one, the channel has to do. */
const onThreadRequested = async (
  { writer, tell, log }: Ports,
  { id, correlation, data }: ThreadRequested,
): Promise<void> => {
  const { title, ...asked } = data;
  const { conversation, session } = data;
  const cause = { id, correlation };
  try {
    const thread = await writer.openThread(conversation, deriveId('thread', session, conversation), title);
    await tell({ ...asked, thread }, cause);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    log.warn({ reason: error.reason, session }, 'a chat refused a thread');
    await tell({ ...asked, thread: conversation, refused: error.reason.slice(0, 500) }, cause);
  }
};

/** conversation-closed → the platform archives the thread, and what was posted is forgotten. */
const onConversationClosed = async (
  { writer }: Ports,
  { data }: ConversationClosed,
  { redelivered }: Pick<Delivery, 'redelivered'>,
): Promise<void> => writer.close(data.conversation, data.session, redelivered);

/** chat.outbound → the chat. What a chat refuses for good is logged and done with: there is nobody to tell. */
export const onOutbound =
  (ports: Ports) =>
  async (outbound: Outbound, delivery: Pick<Delivery, 'redelivered' | 'time'>): Promise<void> => {
    try {
      switch (outbound.type) {
        case 'notice-requested':
          return await onNoticeRequested(ports, outbound);
        case 'thread-requested':
          return await onThreadRequested(ports, outbound);
        case 'turn-announced':
          return await onTurnAnnounced(ports, outbound, delivery);
        case 'turn-settled':
          return await onTurnSettled(ports, outbound);
        case 'conversation-closed':
          return await onConversationClosed(ports, outbound, delivery);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      ports.log.warn({ reason: error.reason, type: outbound.type }, 'a chat refused a message');
    }
  };
