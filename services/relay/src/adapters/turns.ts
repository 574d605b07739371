import { deriveId } from '@threadbox/schemas';
import { nothingYet, type TurnView } from '../domain/turn-view.ts';
import type { DeliveryRecord } from './record.ts';
import type { Writer } from './writer.ts';

/** Where a turn's answer stands in the chat. */
export const turnDelivery = (session: string, turn: number): string => deriveId('turn', session, turn);

/** A turn that the relay works on. */
export type LiveTurn = {
  view: TurnView;
  conversation: Promise<string | undefined>;
  announce: (conversation: string | undefined) => void;
  /** True once the announcement was read, though its placeholder may not stand yet. */
  isAnnounced: boolean;
  done: boolean;
};

/** How long output waits for its announcement, which comes on another stream, in milliseconds. */
const ANNOUNCED_WITHIN = 3000;
const KEPT = 5000;

export type Turns = ReturnType<typeof createTurns>;

/** The turns at hand, in memory; what is needed after a restart is in the record. */
export const createTurns = ({ record, writer }: { record: DeliveryRecord; writer: Pick<Writer, 'persist'> }) => {
  const turns = new Map<string, LiveTurn>();

  const at = (session: string, turn: number): LiveTurn => {
    const key = `${session}/${turn}`;
    const there = turns.get(key);
    if (there) return there;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const fresh: LiveTurn = {
      view: nothingYet,
      conversation: promise,
      announce: resolve,
      isAnnounced: false,
      done: false,
    };
    turns.set(key, fresh);
    if (turns.size > KEPT) turns.delete(turns.keys().next().value ?? '');
    return fresh;
  };

  return {
    at,
    /** The conversation that session announced for this turn; undefined where the turn is over. Throws where none comes. */
    conversationOf: async (session: string, turn: number): Promise<string | undefined> => {
      const live = at(session, turn);
      if (live.done) return undefined;
      if (live.isAnnounced) return live.conversation;
      // After a restart the announcement was read by our former life: the record has it.
      const row = await writer.persist(() => record.turn(session, turn));
      if (row) return row.done ? undefined : row.conversation;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), ANNOUNCED_WITHIN);
      });
      const found = await Promise.race([live.conversation, late]).finally(() => clearTimeout(timer));
      if (found === 'late') throw new Error('output of a turn that was not announced yet');
      return found;
    },
    finish: async (session: string, turn: number): Promise<void> => {
      at(session, turn).done = true;
      await writer.persist(() => record.finish(session, turn));
    },
  };
};
