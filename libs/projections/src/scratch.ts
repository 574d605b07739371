import type { Sql, TransactionSql } from 'postgres';
import { makeTables } from './apply-commits.ts';
import type { Projection } from './projection.ts';
import { quoted } from './table.ts';

/** Where rows are made: in this schema, by transactions. */
export type Target = {
  readonly schema: string;
  readonly inTransaction: (work: (tx: TransactionSql) => Promise<void>) => Promise<void>;
};

/**
 * Makes a projection's tables, empty, in a schema of their own, and takes the schema away when the work is over. A lock that ends
 * with our connection keeps others from it; what a run that was killed left behind goes first. Throws where another run is at it.
 */
export const withScratch = async <Value>(
  sql: Sql,
  schema: string,
  projection: Pick<Projection, 'tables'>,
  work: (target: Target) => Promise<Value>,
): Promise<Value> => {
  const keeper = await sql.reserve();
  try {
    const [row] = await keeper<Array<{ held: boolean }>>`
      select pg_try_advisory_lock(hashtextextended(${schema}, 7203)) as held`;
    if (!row?.held) throw new Error(`another run is making ${schema}: let it end first`);
    const inTransaction: Target['inTransaction'] = async (change) => {
      await sql.begin(change);
    };
    await inTransaction((tx) => makeTables(tx, schema, projection));
    try {
      return await work({ schema, inTransaction });
    } finally {
      await keeper.unsafe(`drop schema if exists ${quoted(schema)} cascade`).catch(() => undefined);
      await keeper`select pg_advisory_unlock(hashtextextended(${schema}, 7203))`.catch(() => undefined);
    }
  } finally {
    keeper.release();
  }
};
