import type { AggregateType } from '@threadbox/schemas';
import type { TransactionSql } from 'postgres';
import { isBadData } from './bad-data.ts';
import { collectChanges } from './changes.ts';
import { quoted, createTable } from './table.ts';
import type { Placed, Projection, Skip } from './projection.ts';
import { writeChanges } from './write-changes.ts';

/** Makes a schema with a projection's tables, empty; what stood there by this name goes. */
export const makeTables = async (
  tx: TransactionSql,
  schema: string,
  { tables }: Pick<Projection, 'tables'>,
): Promise<void> => {
  await tx.unsafe(`drop schema if exists ${quoted(schema)} cascade`);
  await tx.unsafe(`create schema ${quoted(schema)}`);
  for (const table of tables) await tx.unsafe(createTable(schema, table));
};

/**
 * Writes what follows from commits into a projection's tables. Where Postgres will never take a value of theirs, they are
 * written one by one: the bad ones are left out, `skip` hears of them, and the rest stands.
 */
export const applyCommits = async <Type extends AggregateType>(
  tx: TransactionSql,
  schema: string,
  { apply }: Pick<Projection<Type>, 'apply'>,
  placed: ReadonlyArray<Placed<Type>>,
  skip: Skip,
): Promise<void> => {
  const write = (to: TransactionSql, some: ReadonlyArray<Placed<Type>>): Promise<void> => {
    const { rows, tables } = collectChanges();
    for (const { commit } of some) if (commit) apply(commit, rows);
    return writeChanges(to, schema, tables);
  };
  try {
    await tx.savepoint((savepoint) => write(savepoint, placed));
  } catch (error) {
    if (!isBadData(error)) throw error;
    for (const one of placed) {
      try {
        await tx.savepoint((savepoint) => write(savepoint, [one]));
      } catch (bad) {
        if (!isBadData(bad)) throw bad;
        skip(bad, one.sequence, 'refused');
      }
    }
  }
};
