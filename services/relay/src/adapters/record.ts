/**
 * The relay's record of what it posted, on NATS: the last word on each subject counts. An intent is written before a post and
 * the platform's id after it, so that after a crash we know which posts may have happened.
 *
 * Every change says what it changes (the subject's last sequence), so that a relay which was thought dead and is not can neither
 * post what another one posts, nor write over what it wrote.
 */
import { createDocuments, purgeSubject, type Bus } from '@threadbox/messaging';
import { relaySubjects, streams } from '@threadbox/schemas';
import { z } from 'zod';
import {
  announced,
  finished,
  followingInterrupted,
  interrupted,
  left,
  noTurns,
  standing,
  type SessionTurns,
} from '../domain/session-turns.ts';

/** A place in a conversation: part 0 is the message itself, the others follow it. */
export type Slot = { delivery: string; part: number };

/** How a slot stands. `posting` without an answer means: it may have been posted, `by` whoever tried. */
const SlotState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('empty') }),
  z.object({ state: z.literal('posting'), by: z.string().optional() }),
  z.object({ state: z.literal('posted'), messageId: z.string() }),
]);
export type SlotState = z.infer<typeof SlotState>;
const EMPTY: SlotState = { state: 'empty' };

const Turns = z.object({
  open: z.record(z.string(), z.object({ conversation: z.string(), interrupted: z.boolean() })),
  through: z.int(),
  beyond: z.array(z.int()),
});

const Penalty = z.object({ chat: z.string(), until: z.number() });

/** The record of deliveries, turns and platforms' penalties. */
export type DeliveryRecord = ReturnType<typeof createRecord>;

/** Binds the record to its stream. */
export const createRecord = (bus: Pick<Bus, 'js' | 'jsm'>) => {
  const slots = createDocuments<SlotState>(bus, streams.relay, SlotState, EMPTY);
  const sessions = createDocuments<SessionTurns>(bus, streams.relay, Turns, noTurns);
  const penalties = createDocuments(bus, streams.relay, Penalty, { chat: '', until: 0 });
  const subjectOf = (conversation: string, { delivery, part }: Slot): string =>
    relaySubjects.delivery(conversation, delivery, part);
  const change = async (session: string, next: (turns: SessionTurns) => SessionTurns): Promise<void> => {
    await sessions.change(relaySubjects.turns(session), next);
  };

  return {
    /**
     * Marks that a post is about to happen, and tells how the slot stood before. `by` names this try: asked again for it, because no answer
     * came, it is the same one.
     */
    intend: async (conversation: string, slot: Slot, by: string): Promise<SlotState> => {
      const before = await slots.change(subjectOf(conversation, slot), (found) =>
        found.state === 'empty' ? { state: 'posting', by } : found,
      );
      return before.state === 'posting' && before.by === by ? EMPTY : before;
    },
    /** What stands there already stays: another relay may have found the place empty meanwhile. */
    posted: async (conversation: string, slot: Slot, messageId: string): Promise<void> => {
      await slots.change(subjectOf(conversation, slot), (before) =>
        before.state === 'posted' ? before : { state: 'posted', messageId },
      );
    },
    /** The message that stands in a slot; undefined where none was posted. */
    messageId: async (conversation: string, slot: Slot): Promise<string | undefined> => {
      const found = await slots.read(subjectOf(conversation, slot));
      return found.state === 'posted' ? found.messageId : undefined;
    },
    /** This message of a slot can be edited no more: the slot is empty again. */
    lost: async (conversation: string, slot: Slot, messageId: string): Promise<void> => {
      await slots.change(subjectOf(conversation, slot), (before) =>
        before.state === 'posted' && before.messageId === messageId ? EMPTY : before,
      );
    },
    /** The platform said that it was not posted: the intent is withdrawn. */
    notPosted: async (conversation: string, slot: Slot): Promise<void> => {
      await slots.change(subjectOf(conversation, slot), (before) => (before.state === 'posting' ? EMPTY : before));
    },

    /** Notes where a turn's answer belongs; `done` where it is over already. */
    announce: async (session: string, turn: number, conversation: string): Promise<{ done: boolean }> => {
      const before = await sessions.change(relaySubjects.turns(session), (turns) =>
        announced(turns, turn, conversation),
      );
      return { done: standing(before, turn)?.done ?? false };
    },
    /** Notes that the turn asked something, below its placeholder. */
    interrupt: (session: string, turn: number) => change(session, (turns) => interrupted(turns, turn)),
    /** The same for the turns that wait behind this one: its answer stands below their placeholders. */
    interruptFollowing: (session: string, turn: number) =>
      change(session, (turns) => followingInterrupted(turns, turn)),
    /** How a turn stands; undefined where it was not announced. */
    turn: async (session: string, turn: number): Promise<ReturnType<typeof standing>> =>
      standing(await sessions.read(relaySubjects.turns(session)), turn),
    finish: (session: string, turn: number) => change(session, (turns) => finished(turns, turn)),

    /** The message that was posted last in a conversation. */
    lastPosted: async (conversation: string): Promise<string | undefined> => {
      const all = await slots.list(relaySubjects.deliveries(conversation));
      return all.findLast((slot) => slot.state === 'posted')?.messageId;
    },
    /** Forgets a conversation's deliveries; the session's turns there are over, so that late output is known for what it is. */
    forget: async (conversation: string, session: string): Promise<void> => {
      await change(session, (turns) => left(turns, conversation));
      await purgeSubject(bus, streams.relay, relaySubjects.deliveries(conversation));
    },

    /** Until when platforms want no calls for a chat, in milliseconds since 1970. */
    penalties: async (): Promise<Map<string, number>> => {
      const now = Date.now();
      const all = await penalties.list(relaySubjects.penalty('*'));
      return new Map(all.filter(({ until }) => until > now).map(({ chat, until }) => [chat, until]));
    },
    penalize: async (chat: string, until: number): Promise<void> => {
      await penalties.change(relaySubjects.penalty(chat), () => ({ chat, until }));
    },
  };
};
