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
 * from where this reader believes it to be; another replica that moved it first makes the transaction fail, and this one
 * starts again from there.
 */
import { metrics } from '@opentelemetry/api';
import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { faultPoint, type Bus, type Commit } from '@threadbox/messaging';
import { aggregates, commit, streams, type AggregateType, type EventOf } from '@threadbox/schemas';
import type { Sql, TransactionSql } from 'postgres';
import { isBadData } from './bad-data.ts';
import { connectDatabase } from './database.ts';

/** A read model of one kind of aggregate. */
export type Projection<Type extends AggregateType> = {
  /** The Postgres schema of its tables, too. */
  name: string;
  /** Raised whenever tables or `apply` change: the rows are then made anew. */
  version: number;
  aggregate: Type;
  /** SQL that makes its tables inside its schema, which is first on the search path. */
  tables: string;
  /** Changes the rows for these commits, in order. The search path is its schema. */
  apply: (tx: TransactionSql, commits: ReadonlyArray<Commit<EventOf<Type>>>) => Promise<void>;
};

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

/** Locks are numbers in Postgres; migrations have the one before. */
const LOCK = 7_203_002;

const BATCH = 500;
/** How long a batch waits for more, in milliseconds. */
const LINGER = 50;
const LONGEST_BACK_OFF = 5000;

/** Starts a projection in the background; `stop` finishes the batch in hand. `position` tells its checkpoint. */
export const runProjection = <Type extends AggregateType>(
  options: Projection<Type> & { bus: Pick<Bus, 'js'>; databaseUrl: string; log: Log },
): { stop: () => Promise<void>; position: () => number } => {
  const { bus, databaseUrl, log, name, version, aggregate, tables, apply } = options;
  const schema = commit(aggregates[aggregate].events);
  const stopping = new AbortController();
  const skipped = metrics.getMeter('@threadbox/projections').createCounter('threadbox_projection_skipped');
  let position = 0;
  let interrupt: () => void = () => undefined;

  const prepare = async (sql: Sql): Promise<number> =>
    sql.begin(async (tx) => {
      // One lock for all: they share the table of checkpoints, which the first of them makes.
      await tx`select pg_advisory_xact_lock(${LOCK})`;
      await tx`create schema if not exists projections`;
      await tx`create table if not exists projections.checkpoints (name text primary key, version int not null, sequence bigint not null)`;
      const [row] = await tx<Array<{ version: number; sequence: string }>>`
        select version, sequence from projections.checkpoints where name = ${name}`;
      if (row?.version === version) return Number(row.sequence);
      await tx`drop schema if exists ${tx(name)} cascade`;
      await tx`create schema ${tx(name)}`;
      await tx`select set_config('search_path', ${name}, true)`;
      await tx.unsafe(tables);
      await tx`insert into projections.checkpoints values (${name}, ${version}, 0)
        on conflict (name) do update set version = excluded.version, sequence = 0`;
      return 0;
    });

  const skip = (err: unknown, fields: object, why: string): void => {
    log.warn({ err, projection: name, ...fields }, why);
    skipped.add(1, { projection: name });
  };

  const read = (messages: readonly JsMsg[]): Array<Commit<EventOf<Type>>> =>
    messages.flatMap((message) => {
      try {
        return [schema.parse(message.json()) as unknown as Commit<EventOf<Type>>];
      } catch (error) {
        skip(error, { sequence: message.seq }, 'an event that cannot be read was skipped');
        return [];
      }
    });

  /** A savepoint each: what Postgres will never take is left out, the rest of the batch stands. */
  const applyOneByOne = async (tx: TransactionSql, commits: ReadonlyArray<Commit<EventOf<Type>>>): Promise<void> => {
    for (const one of commits) {
      try {
        await tx.savepoint((savepoint) => apply(savepoint, [one]));
      } catch (error) {
        if (!isBadData(error)) throw error;
        skip(error, { commit: one.id }, 'a commit that Postgres will never take was skipped');
      }
    }
  };

  const store = async (sql: Sql, messages: readonly JsMsg[]): Promise<void> => {
    const last = messages.at(-1)?.seq ?? position;
    const commits = read(messages);
    faultPoint('before', 'batch', name);
    const storeBy = (change: typeof apply): Promise<unknown> =>
      sql.begin(async (tx) => {
        const moved = await tx`update projections.checkpoints set sequence = ${last}
          where name = ${name} and version = ${version} and sequence = ${position}`;
        if (moved.count !== 1) throw new Error('another reader moved the checkpoint');
        await tx`select set_config('search_path', ${name}, true)`;
        await change(tx, commits);
        faultPoint('before', 'end of batch', name);
      });
    await storeBy(apply).catch((error: unknown) => {
      if (!isBadData(error)) throw error;
      return storeBy(applyOneByOne);
    });
    faultPoint('after', 'batch', name);
    position = last;
  };

  const follow = async (sql: Sql): Promise<void> => {
    position = await within(PATIENCE, prepare(sql));
    const consumer = await bus.js.consumers.get(streams.events, {
      filter_subjects: `events.*.${aggregate}.>`,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: position + 1,
    });
    const messages = await consumer.consume();
    interrupt = () => messages.stop();
    if (stopping.signal.aborted) interrupt();
    let batch: JsMsg[] = [];
    let timer: NodeJS.Timeout | undefined;
    let work = Promise.resolve();
    let failure: unknown;
    const flush = (): void => {
      clearTimeout(timer);
      timer = undefined;
      const full = batch;
      batch = [];
      if (full.length === 0) return;
      work = work
        .then(() => (failure === undefined ? within(PATIENCE, store(sql, full)) : undefined))
        .catch((error: unknown) => {
          failure = error;
          messages.stop();
        });
    };
    try {
      for await (const message of messages) {
        batch.push(message);
        if (batch.length >= BATCH) {
          flush();
          await work;
        } else timer ??= setTimeout(flush, LINGER);
      }
      flush();
      await work;
    } finally {
      clearTimeout(timer);
      await consumer.delete().catch(() => false);
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
    },
  };
};
