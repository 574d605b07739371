import { backOff as defaultBackOff, pause } from '../back-off.ts';
import type { PlatformLog } from '../log.ts';
import type { Accept } from '../port.ts';
import { type Bot, type OpenFile, toIncoming } from './incoming.ts';
import { TelegramUpdate } from './update.ts';

/** An update on its way in: where it belongs, and how it is handed over once. */
export type Taken = {
  updateId: number;
  /** Updates of one lane keep their order; undefined for an update that says nothing to us. */
  lane: string | undefined;
  /** Hands it to the gateway. Rejected: it is not in the log, and Telegram must not be told that it is. */
  accept: () => Promise<void>;
};

/** Reads raw updates. An update that is not of the Bot API's shape is undefined. */
export const createTakeIn =
  ({ bot, open, accept, answer }: { bot: Bot; open: OpenFile; accept: Accept; answer: (query: string) => void }) =>
  (raw: unknown): Taken | undefined => {
    const parsed = TelegramUpdate.safeParse(raw);
    if (!parsed.success) return undefined;
    const update = parsed.data;
    const incoming = toIncoming(update, bot, open);
    return {
      updateId: update.update_id,
      lane: incoming?.place.conversation,
      accept: async () => {
        if (incoming) await accept(incoming);
        if (update.callback_query) answer(update.callback_query.id);
      },
    };
  };

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
      for (let attempt = 1; !accepted.has(taken.updateId); attempt += 1) {
        if (signal.aborted) return;
        try {
          await taken.accept();
          accepted.add(taken.updateId);
        } catch (error) {
          log.warn({ update: taken.updateId, attempt, err: error }, 'a Telegram update was not taken in; trying again');
          await pause(backOff(attempt), signal);
        }
      }
    }
  };
  const lanes = Map.groupBy(batch, ({ lane }) => lane);
  await Promise.all([...lanes.values()].map(takeLane));
  return accepted;
};
