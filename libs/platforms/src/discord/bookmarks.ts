/**
 * What the bot has taken in, as one small record that outlives the process, kept as a hint of the bot's own:
 * - `seen`: everything before this moment is done, in every channel;
 * - `channels`: the last message that was taken in of each channel where that is later than `seen`;
 * - `direct`: the channels of direct messages, newest first, for Discord lists them to nobody.
 * Moments and messages compare, because a message's id holds when it was sent (a snowflake).
 */
import { z } from 'zod';
import type { PlatformLog } from '../log.ts';
import type { Hints } from '../port.ts';

/** Channels of direct messages that are looked through after a pause. */
const DIRECT = 100;
/** The first moment of a snowflake (Discord, Snowflakes), in milliseconds since 1970. */
const EPOCH = 1_420_070_400_000;

/** The smallest snowflake of a moment, in milliseconds since 1970. */
export const snowflakeAt = (at: number): string => String(BigInt(Math.max(0, Math.floor(at) - EPOCH)) << 22n);

/** Whether the first snowflake is later than the second. */
export const isLater = (a: string, b: string): boolean => BigInt(a) > BigInt(b);

const snowflake = z.string().regex(/^\d{1,20}$/);
const Kept = z.object({
  seen: snowflake,
  channels: z.record(z.string(), snowflake),
  direct: z.array(snowflake).max(DIRECT),
});
type Kept = z.infer<typeof Kept>;

/** The record of one bot. */
export type Bookmarks = {
  /** Reads what is kept; a bot that has none begins now. Throws where it cannot be read. */
  open: () => Promise<void>;
  /** The last message of a channel that needs no more looking at. */
  last: (channel: string) => string;
  /** Resolves once it is kept that this message was taken in; also where it could not be (then it comes twice). */
  took: (channel: string, message: string) => Promise<void>;
  /** Somebody writes in a channel of direct messages: from now on it is looked through after a pause. */
  met: (channel: string) => Promise<void>;
  /** Everything before this moment is done. */
  saw: (at: number) => Promise<void>;
  direct: () => readonly string[];
};

/** What the record is kept under: no conversation has this name. */
export const recordName = (prefix: string): string => `${prefix}:taken`;

/** Reads a record; undefined where there is none, or none that can be read. */
const parse = (text: string | undefined): Kept | undefined => {
  try {
    return Kept.safeParse(JSON.parse(text ?? 'null')).data;
  } catch {
    return undefined;
  }
};

/** The record of the bot with this prefix. */
export const createBookmarks = (prefix: string, hints: Hints, log: PlatformLog, now = Date.now): Bookmarks => {
  const name = recordName(prefix);
  let kept: Kept | undefined;
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  /** One write at a time; what changes meanwhile goes into the next. */
  const save = (): Promise<void> =>
    (next ??= writing.then(async () => {
      next = undefined;
      writing = hints.leave(name, JSON.stringify(kept)).catch((error: unknown) => {
        log.warn({ err: error }, 'how far Discord was heard could not be kept');
      });
      await writing;
    }));

  const record = (): Kept => (kept ??= { seen: snowflakeAt(now()), channels: {}, direct: [] });

  return {
    open: async () => {
      if (kept !== undefined) return;
      kept = parse((await hints.find(name))?.text);
      if (kept === undefined) {
        record();
        await save();
      }
    },
    last: (channel) => {
      const { seen, channels } = record();
      const own = channels[channel];
      return own !== undefined && isLater(own, seen) ? own : seen;
    },
    took: (channel, message) => {
      const { channels } = record();
      const before = channels[channel];
      if (before === undefined || isLater(message, before)) channels[channel] = message;
      return save();
    },
    met: async (channel) => {
      const { direct } = record();
      if (direct[0] === channel) return;
      record().direct = [channel, ...direct.filter((each) => each !== channel)].slice(0, DIRECT);
      await save();
    },
    saw: async (at) => {
      const { seen, channels } = record();
      const moment = snowflakeAt(at);
      if (!isLater(moment, seen)) return;
      const later = Object.entries(channels).filter(([, message]) => isLater(message, moment));
      kept = { ...record(), seen: moment, channels: Object.fromEntries(later) };
      await save();
    },
    direct: () => record().direct,
  };
};
