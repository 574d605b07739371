import { streams } from '@threadbox/schemas';
import { z } from 'zod';
import type { Bus } from './bus.ts';
import { isConflict } from './errors.ts';

/** Who holds a lease. `token` names one process's life; without one it is free. */
const Holding = z.object({ holder: z.string(), token: z.string().optional() });
type Holding = z.infer<typeof Holding>;

/** A lease as it stands in the stream; sequence 0 where nobody ever held it. */
export type Standing = Holding & { sequence: number };

/** One lease's subject of the stream: its last message says who holds it. Every call ends within `patience` milliseconds. */
export const leaseRecord = ({ js, jsm }: Pick<Bus, 'js' | 'jsm'>, subject: string, patience: number) => ({
  /** May be a moment old, as a copy of the stream is; `write` is never fooled by that. */
  look: async (): Promise<Standing> => {
    const last = await within(patience, jsm.direct.getMessage(streams.leases, { last_by_subj: subject }));
    if (last === null) return { sequence: 0, holder: '' };
    // What cannot be read is nobody's: it goes on with the sequence that it has.
    const holding = Holding.safeParse(parse(last.string())).data ?? { holder: '' };
    return { ...holding, sequence: last.seq };
  },
  /**
   * Writes where nothing was written since `expected`, and tells the new sequence; undefined where something was.
   * Rejects where that is not known: it may have been written, or may still be.
   */
  write: async (expected: number, holding: Holding): Promise<number | undefined> => {
    try {
      const ack = await js.publish(subject, JSON.stringify(holding), {
        timeout: patience,
        expect: { lastSubjectSequence: expected },
      });
      return ack.seq;
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  },
});

export type LeaseRecord = ReturnType<typeof leaseRecord>;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const within = async <Value>(milliseconds: number, work: Promise<Value>): Promise<Value> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};
