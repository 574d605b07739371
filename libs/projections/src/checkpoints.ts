import type { Sql, TransactionSql } from 'postgres';
import { makeTables } from './apply-commits.ts';
import type { Projection } from './projection.ts';
import { quoted } from './table.ts';

/** Locks are numbers in Postgres; migrations had the one before. */
const LOCK = 7_203_002;

/** How far a projection is: the version of its rows, and the last place of EVENTS that they follow from. */
export type Checkpoint = { version: number; sequence: number };

/** The most events that one transaction takes in. */
export const BATCH = 5000;

/** Holds off everybody else who makes or replaces projections, until the transaction ends. */
export const lockProjections = async (tx: TransactionSql): Promise<void> => {
  await tx`select pg_advisory_xact_lock(${LOCK})`;
  await tx`create schema if not exists projections`;
  await tx`create table if not exists projections.checkpoints (name text primary key, version int not null, sequence bigint not null)`;
};

/** A projection's checkpoint; undefined before it was made. With `forUpdate` its rows stand still until the transaction ends. */
export const readCheckpoint = async (
  tx: TransactionSql,
  name: string,
  { forUpdate = false }: { forUpdate?: boolean } = {},
): Promise<Checkpoint | undefined> => {
  const [row] = await tx<Array<{ version: number; sequence: string }>>`
    select version, sequence from projections.checkpoints where name = ${name} ${forUpdate ? tx`for update` : tx``}`;
  return row && { version: row.version, sequence: Number(row.sequence) };
};

/** Sets a projection's checkpoint, whatever it was. */
export const writeCheckpoint = async (
  tx: TransactionSql,
  name: string,
  { version, sequence }: Checkpoint,
): Promise<void> => {
  await tx`insert into projections.checkpoints values (${name}, ${version}, ${sequence})
    on conflict (name) do update set version = excluded.version, sequence = excluded.sequence`;
};

/**
 * Makes a projection's tables where they are missing or of another version, and tells where its reader goes on. A checkpoint
 * beyond `end`, the last place of the log, belongs to another log, which is gone: the rows are made anew, too.
 */
export const prepareProjection = async (
  tx: TransactionSql,
  projection: Pick<Projection, 'name' | 'version' | 'tables'>,
  end: number,
): Promise<number> => {
  const { name, version } = projection;
  await lockProjections(tx);
  const before = await readCheckpoint(tx, name);
  if (before?.version === version && before.sequence <= end) return before.sequence;
  await makeTables(tx, name, projection);
  await writeCheckpoint(tx, name, { version, sequence: 0 });
  return 0;
};

/** Drops every projection's tables: their services make them anew from the log, whichever it is then. */
export const forgetProjections = async (sql: Sql): Promise<void> => {
  await sql.begin(async (tx) => {
    await lockProjections(tx);
    const names = await tx<Array<{ name: string }>>`select name from projections.checkpoints`;
    for (const { name } of names) await tx.unsafe(`drop schema if exists ${quoted(name)} cascade`);
    await tx`delete from projections.checkpoints`;
  });
};

/** The rows are not of the version that this program makes: it can neither replace nor judge them. */
export const otherVersion = (name: string, theirs: number, ours: number): Error =>
  new Error(`the rows of ${name} are of version ${theirs}, and this program makes version ${ours}`);
