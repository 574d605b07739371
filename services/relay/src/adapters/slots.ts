import type { Sender } from '@threadbox/platforms';
import type { DeliveryRecord, Slot } from './record.ts';

/** What the writer has to know of what was posted. */
export type Slots = Pick<DeliveryRecord, 'intend' | 'posted' | 'notPosted' | 'lost' | 'messageId' | 'lastPosted'>;

const nothing = (): Promise<void> => Promise.resolve();

/** How a post is named to its platform. */
export const keyOf = ({ delivery, part }: Slot): string => `${delivery}/${part}`;

/** The account of what was posted: the platform's own where it keeps one, else the relay's record. */
export const slotsOf = (record: Slots, { posted }: Pick<Sender, 'posted'>): Slots =>
  posted
    ? {
        intend: () => Promise.resolve({ state: 'empty' }),
        posted: nothing,
        notPosted: nothing,
        lost: nothing,
        messageId: (conversation, slot) => posted.find(conversation, keyOf(slot)),
        lastPosted: posted.last,
      }
    : record;
