import type { Bus } from '@threadbox/messaging';
import type { AggregateType } from '@threadbox/schemas';
import { applyCommits } from './apply-commits.ts';
import { createBatches } from './batches.ts';
import { BATCH } from './checkpoints.ts';
import { commitReader, type Placed, type Projection, type Skip } from './projection.ts';
import { readLog } from './read-log.ts';
import type { Target } from './scratch.ts';

/** How far a replay is: the place in the log, and how many commits and events it took in so far. */
export type Progress = { sequence: number; upTo: number; commits: number; events: number };

/** Makes rows of what the log says after one place up to another. `progress` hears after each batch. */
export const replayInto = async <Type extends AggregateType>(
  bus: Pick<Bus, 'js'>,
  projection: Projection<Type>,
  target: Target,
  {
    after,
    upTo,
    skip,
    progress,
  }: { after: number; upTo: number; skip: Skip; progress?: ((progress: Progress) => void) | undefined },
): Promise<void> => {
  const read = commitReader(projection, skip);
  let commits = 0;
  let events = 0;
  const batches = createBatches<Placed<Type>>({
    most: BATCH,
    store: async (placed) => {
      await target.inTransaction((tx) => applyCommits(tx, target.schema, projection, placed, skip));
      commits += placed.length;
      for (const { commit } of placed) events += commit?.events.length ?? 0;
      progress?.({ sequence: placed.at(-1)?.sequence ?? after, upTo, commits, events });
    },
  });
  for await (const message of readLog(bus, { aggregate: projection.aggregate, after, upTo })) {
    const full = batches.add(read(message));
    if (full) await full;
  }
  await batches.drain();
  progress?.({ sequence: upTo, upTo, commits, events });
};
