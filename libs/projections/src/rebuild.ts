/**
 * Makes a projection's rows anew beside the live ones, and puts them in their place in one transaction, while its service runs.
 *
 * Whoever reads the rows sees the old ones until the switch, and the new ones from then on. The live reader's checkpoint is held
 * while the last commits are taken in, and moved: its next batch notices, and it goes on from there. Killed anywhere, it leaves
 * a scratch schema that the next run removes.
 */
import type { Bus } from '@threadbox/messaging';
import { streams, type AggregateType } from '@threadbox/schemas';
import type { Sql } from 'postgres';
import { lockProjections, otherVersion, readCheckpoint, writeCheckpoint } from './checkpoints.ts';
import type { Projection, Skip } from './projection.ts';
import { replayInto, type Progress } from './replay-into.ts';
import { withScratch } from './scratch.ts';
import { quoted } from './table.ts';

/** Milliseconds that the switch waits for whoever reads the old rows in a long transaction. */
const LOCK_TIMEOUT = 30_000;

const endOf = async ({ jsm }: Pick<Bus, 'jsm'>): Promise<number> =>
  (await jsm.streams.info(streams.events)).state.last_seq;

/** Rebuilds one projection. Throws where a service of another version makes it, or another rebuild is under way. */
export const rebuildProjection = async <Type extends AggregateType>(
  { bus, sql }: { bus: Pick<Bus, 'js' | 'jsm'>; sql: Sql },
  projection: Projection<Type>,
  { skip, progress }: { skip: Skip; progress?: (progress: Progress) => void },
): Promise<{ sequence: number }> => {
  const { name, version } = projection;
  return withScratch(sql, `${name}__rebuild`, projection, async (scratch) => {
    const upTo = await endOf(bus);
    await replayInto(bus, projection, scratch, { after: 0, upTo, skip, progress });
    let sequence = upTo;
    await scratch.inTransaction(async (tx) => {
      await tx.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT}`);
      await lockProjections(tx);
      // From here on the live reader waits: its rows and its checkpoint stand still.
      const live = await readCheckpoint(tx, name, { forUpdate: true });
      if (live && live.version !== version) throw otherVersion(name, live.version, version);
      // A checkpoint beyond the log is another log's, which is gone.
      const reached = Math.min(live?.sequence ?? 0, await endOf(bus));
      const here = { ...scratch, inTransaction: (work: (one: typeof tx) => Promise<void>) => work(tx) };
      await replayInto(bus, projection, here, { after: upTo, upTo: reached, skip });
      sequence = Math.max(upTo, reached);
      await tx.unsafe(`drop schema if exists ${quoted(name)} cascade`);
      await tx.unsafe(`alter schema ${quoted(scratch.schema)} rename to ${quoted(name)}`);
      await writeCheckpoint(tx, name, { version, sequence });
    });
    return { sequence };
  });
};
