/**
 * A read model: rows in Postgres that follow from events and from nothing else.
 *
 * Semantics
 * - Its checkpoint (the last sequence of EVENTS that it has seen) is written in the same transaction as its rows, so
 *   every commit is applied exactly once, whatever dies in between.
 * - Each projection has a Postgres schema of its own; another `version` drops it and replays the log.
 * - Postgres gone: it waits, and catches up. A commit that cannot be read, or whose values Postgres will never take, is
 *   skipped, logged and counted: one bad commit may not stop the others.
 *
 * Implementation: an ordered consumer from the checkpoint on, batches, one transaction a batch. The checkpoint is moved
 * from where this reader believes it to be; another replica that moved it first, or a rebuild that replaced the rows, makes
 * the transaction fail, and this one starts again from there.
 */
import type { JsMsg } from '@nats-io/jetstream';
import { faultPoint, type Bus } from '@threadbox/messaging';
import { streams, type AggregateType } from '@threadbox/schemas';
import type { Sql } from 'postgres';
import { applyCommits } from './apply-commits.ts';
import { createBatches } from './batches.ts';
import { BATCH, prepareProjection } from './checkpoints.ts';
import { connectDatabase } from './database.ts';
import { commitReader, type Placed, type Projection, type Skip } from './projection.ts';
import { createProjectionMetrics } from './projection-metrics.ts';
import { followLog } from './read-log.ts';

/** Postgres.js can leave a transaction hanging when its connection dies (porsager/postgres#1208): past this it is given up. */
const PATIENCE = 15_000;

const within = async <Value>(milliseconds: number, work: Promise<Value>): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Postgres did not answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

type Log = { warn: (fields: object, text: string) => void };

/** How long a batch waits for more, in milliseconds. */
const LINGER = 50;
const LONGEST_BACK_OFF = 5000;

const WHY = {
  unreadable: 'an event that cannot be read was skipped',
  refused: 'a commit that Postgres will never take was skipped',
} as const;

/** Starts a projection in the background; `stop` finishes the batch in hand. `position` tells its checkpoint. */
export const runProjection = <Type extends AggregateType>(
  options: Projection<Type> & { bus: Pick<Bus, 'js' | 'jsm'>; databaseUrl: string; log: Log },
): { stop: () => Promise<void>; position: () => number } => {
  const { bus, databaseUrl, log, ...projection } = options;
  const { name, version, aggregate } = projection;
  const stopping = new AbortController();
  const told = createProjectionMetrics(name);
  let position = 0;
  let latest: JsMsg | undefined;
  let interrupt: () => void = () => undefined;

  const skip: Skip = (err, sequence, why) => {
    log.warn({ err, projection: name, sequence }, WHY[why]);
    told.skipped();
  };
  const read = commitReader(projection, skip);

  const store = async (sql: Sql, placed: ReadonlyArray<Placed<Type>>): Promise<void> => {
    const last = placed.at(-1)?.sequence ?? position;
    faultPoint('before', 'batch', name);
    await sql.begin(async (tx) => {
      const moved = await tx`update projections.checkpoints set sequence = ${last}
        where name = ${name} and version = ${version} and sequence = ${position}`;
      if (moved.count !== 1) throw new Error('another reader moved the checkpoint');
      await applyCommits(tx, name, projection, placed, skip);
      faultPoint('before', 'end of batch', name);
    });
    faultPoint('after', 'batch', name);
    position = last;
    told.applied(placed.length);
    told.behind(latest?.info.pending ?? 0);
    told.follows();
  };

  const follow = async (sql: Sql): Promise<void> => {
    const { last_seq: end } = (await bus.jsm.streams.info(streams.events)).state;
    position = await within(
      PATIENCE,
      sql.begin((tx) => prepareProjection(tx, projection, end)),
    );
    const { messages, pending, stop, close } = await followLog(bus, { aggregate, after: position });
    interrupt = stop;
    if (stopping.signal.aborted) stop();
    told.behind(pending);
    if (pending === 0) told.follows();
    const batches = createBatches<Placed<Type>>({
      most: BATCH,
      store: (placed) => within(PATIENCE, store(sql, placed)),
    });
    let timer: NodeJS.Timeout | undefined;
    let failure: unknown;
    const linger = (): void => {
      timer = undefined;
      batches.drain().catch((error: unknown) => {
        failure ??= error;
        stop();
      });
    };
    try {
      for await (const message of messages) {
        latest = message;
        const full = batches.add(read(message));
        if (full) await full;
        timer ??= setTimeout(linger, LINGER);
      }
      if (failure === undefined) await batches.drain();
    } finally {
      clearTimeout(timer);
      await close();
    }
    if (failure !== undefined) throw failure;
  };

  const loop = (async () => {
    for (let wait = 100; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_BACK_OFF)) {
      // A pool of its own for each life: a connection that an outage left hanging is not used again.
      const sql = connectDatabase(databaseUrl, { connections: 1 });
      try {
        await follow(sql);
      } catch (error) {
        told.stalls();
        log.warn({ err: error, projection: name }, 'a projection stands still; it will catch up');
      } finally {
        await sql.end({ timeout: 1 }).catch(() => undefined);
      }
      if (stopping.signal.aborted) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        stopping.signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer);
            resolve();
          },
          { once: true },
        );
      });
    }
  })();

  return {
    position: () => position,
    stop: async () => {
      stopping.abort();
      interrupt();
      await loop;
      told.stop();
    },
  };
};
