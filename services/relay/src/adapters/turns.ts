import { Refused } from '@threadbox/platforms';
import { deriveId } from '@threadbox/schemas';
import { LRUCache } from 'lru-cache';
import { nothingYet, type TurnView } from '../domain/turn-view.ts';
import type { Progress } from './progress.ts';
import type { DeliveryRecord } from './record.ts';
import type { Writer } from './writer.ts';

/** Where a turn's placeholder stands in the chat, and its answer, unless the turn asked something meanwhile. */
export const turnDelivery = (session: string, turn: number): string => deriveId('turn', session, turn);

/** Where the answer of a turn stands that asked something: below that. */
export const answerDelivery = (session: string, turn: number): string => deriveId('answer-below', session, turn);

/** A turn that the relay works on. */
export type LiveTurn = {
  view: TurnView;
  /** When its start was announced, and when the gateway received what it answers; in milliseconds since 1970. */
  started?: number;
  received?: number;
  conversation: Promise<string | undefined>;
  announce: (conversation: string | undefined) => void;
  /** True once the announcement was read, though its placeholder may not stand yet. */
  isAnnounced: boolean;
  /** True once the record was asked whether a former life of the relay had read the announcement. */
  isSought: boolean;
  /** True once something that it asks stands below its placeholder. */
  isInterrupted: boolean;
  done: boolean;
  /** Settles once the last word stands, where it is being written. Never rejects; false where it has to be written again. */
  lastWord: Promise<boolean> | undefined;
};

const KEPT = 5000;

type Ports = {
  record: Pick<DeliveryRecord, 'turn' | 'interrupt' | 'interruptFollowing' | 'finish'>;
  writer: Pick<Writer, 'persist'>;
  progress: Pick<Progress, 'isBehind'>;
  /** How long output waits for its announcement where nothing is in its way, in milliseconds. */
  announcedWithin: number;
};

export type Turns = ReturnType<typeof createTurns>;

const soon = async <Value>(milliseconds: number, value: Promise<Value>): Promise<Value | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), milliseconds);
  });
  return Promise.race([value, late]).finally(() => clearTimeout(timer));
};

/** The turns at hand, in memory; what is needed after a restart is in the record. */
export const createTurns = ({ record, writer, progress, announcedWithin }: Ports) => {
  const turns = new LRUCache<string, LiveTurn>({ max: KEPT });

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
      isSought: false,
      isInterrupted: false,
      done: false,
      lastWord: undefined,
    };
    turns.set(key, fresh);
    return fresh;
  };

  return {
    at,
    /** Takes up a turn that was announced to our former life, so that what it streams is shown on. */
    resume: async (session: string, turn: number): Promise<void> => {
      const live = at(session, turn);
      if (live.isAnnounced || live.isSought) return;
      live.isSought = true;
      const row = await writer.persist(() => record.turn(session, turn));
      if (row) live.announce(row.done ? undefined : row.conversation);
    },
    /**
     * The conversation that session announced for this turn; undefined where the turn is over. Throws where no announcement
     * comes. `time` is when the stream took the output: while anything older waits for its chat, the announcement may stand
     * behind it, and is waited for.
     */
    conversationOf: async (session: string, turn: number, time: number): Promise<string | undefined> => {
      const live = at(session, turn);
      if (live.done) return undefined;
      if (live.isAnnounced) return live.conversation;
      // After a restart the announcement was read by our former life: the record has it.
      const row = await writer.persist(() => record.turn(session, turn));
      if (row) return row.done ? undefined : row.conversation;
      for (;;) {
        const found = await soon(announcedWithin, live.conversation);
        if (found !== 'late') return found;
        if (!progress.isBehind(time)) throw new Error('output of a turn that was not announced yet');
      }
    },
    /** Something that the turn asks is about to stand below its placeholder. One whose last word was begun is not interrupted. */
    interrupt: async (session: string, turn: number): Promise<void> => {
      const live = at(session, turn);
      if (live.done || live.isInterrupted) return;
      await writer.persist(() => record.interrupt(session, turn));
      live.isInterrupted = true;
    },
    /** The answer of this turn is about to stand below the placeholders of those that wait: theirs must follow it. */
    interruptFollowing: async (session: string, turn: number): Promise<void> => {
      await writer.persist(() => record.interruptFollowing(session, turn));
      for (const [key, live] of turns) {
        const [of, number] = key.split('/');
        if (of === session && Number(number) > turn && live.isAnnounced && !live.done) live.isInterrupted = true;
      }
    },
    /** Whether the turn asked something; a former life of the relay may have shown it. */
    isInterrupted: async (session: string, turn: number): Promise<boolean> => {
      const live = at(session, turn);
      if (live.isInterrupted) return true;
      if (live.isAnnounced) return false;
      const row = await writer.persist(() => record.turn(session, turn));
      return row?.done === false && row.interrupted;
    },
    /**
     * Writes the last word of a turn, once: another one that comes meanwhile is dropped. What `write` throws comes
     * through; unless the chat refused it for good, the turn stays open for the next try.
     */
    settle: async (session: string, turn: number, write: () => Promise<void>): Promise<void> => {
      const live = at(session, turn);
      if (live.done) return;
      live.done = true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      live.lastWord = promise;
      const close = () => writer.persist(() => record.finish(session, turn));
      try {
        await write();
      } catch (error) {
        if (error instanceof Refused) await close();
        else live.done = false;
        throw error;
      } finally {
        live.lastWord = undefined;
        resolve(live.done);
      }
      await close();
    },
  };
};
