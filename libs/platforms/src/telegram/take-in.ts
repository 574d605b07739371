import { backOff as defaultBackOff, pause } from '../back-off.ts';
import type { PlatformLog } from '../log.ts';
import type { Accept } from '../port.ts';
import { type Bot, type OpenFile, toIncoming } from './incoming.ts';
import { TelegramUpdate } from './update.ts';

/** Updates on their way in (more than one are an album): where they belong, and how they are handed over once. */
export type Taken = {
  updateIds: readonly number[];
  /** What belongs to one lane keeps its order; undefined for an update that says nothing to us. */
  lane: string | undefined;
  /** Hands it to the gateway. Rejected: it is not in the log, and Telegram must not be told that it is. */
  accept: () => Promise<void>;
};

/** How long the parts of an album may be apart, in milliseconds: Telegram sends them one right after the other. */
export const ALBUM_GAP = 700;

/** The album that an update is a part of; undefined for all others. */
export const albumOf = ({ message }: TelegramUpdate): string | undefined =>
  message?.media_group_id === undefined ? undefined : `${message.chat.id}:${message.media_group_id}`;

/** A raw update as one; undefined where it is not of the Bot API's shape. */
export const readUpdate = (raw: unknown): TelegramUpdate | undefined => {
  const parsed = TelegramUpdate.safeParse(raw);
  return parsed.success ? parsed.data : undefined;
};

/** The updates of one album together, everything else by itself, in order. */
const grouped = (updates: readonly TelegramUpdate[]): Array<[TelegramUpdate, ...TelegramUpdate[]]> => {
  const groups: Array<[TelegramUpdate, ...TelegramUpdate[]]> = [];
  const albums = new Map<string, TelegramUpdate[]>();
  for (const update of updates) {
    const album = albumOf(update);
    const known = album === undefined ? undefined : albums.get(album);
    if (known) {
      known.push(update);
      continue;
    }
    const group: [TelegramUpdate, ...TelegramUpdate[]] = [update];
    groups.push(group);
    if (album !== undefined) albums.set(album, group);
  }
  return groups;
};

/** What a bot takes in of a batch of updates. */
export type TakeIn = (updates: readonly TelegramUpdate[]) => Taken[];

/** Reads updates, the parts of an album as one message. */
export const createTakeIn =
  ({
    bot,
    open,
    accept,
    answer,
  }: {
    bot: Bot;
    open: OpenFile;
    accept: Accept;
    answer: (query: string) => void;
  }): TakeIn =>
  (updates) =>
    grouped(updates).map((group) => {
      const incoming = toIncoming(group, bot, open);
      return {
        updateIds: group.map(({ update_id: id }) => id),
        lane: incoming?.place.conversation,
        accept: async () => {
          if (incoming) await accept(incoming);
          const query = group[0].callback_query;
          if (query) answer(query.id);
        },
      };
    });

/**
 * Takes a batch in: lanes side by side, each in order; what was not accepted is tried again, with back-off, until it
 * is. Returns the ids that were accepted: all of them, unless the signal stopped it.
 */
export const takeAll = async (
  batch: readonly Taken[],
  { log, signal, backOff = defaultBackOff }: { log: PlatformLog; signal: AbortSignal; backOff?: typeof defaultBackOff },
): Promise<ReadonlySet<number>> => {
  const accepted = new Set<number>();
  const takeLane = async (lane: readonly Taken[]): Promise<void> => {
    for (const taken of lane) {
      for (let attempt = 1, isTaken = false; !isTaken; attempt += 1) {
        if (signal.aborted) return;
        try {
          await taken.accept();
          for (const id of taken.updateIds) accepted.add(id);
          isTaken = true;
        } catch (error) {
          log.warn(
            { update: taken.updateIds[0], attempt, err: error },
            'a Telegram update was not taken in; trying again',
          );
          await pause(backOff(attempt), signal);
        }
      }
    }
  };
  const lanes = Map.groupBy(batch, ({ lane }) => lane);
  await Promise.all([...lanes.values()].map(takeLane));
  return accepted;
};
