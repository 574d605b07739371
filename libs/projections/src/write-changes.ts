import type { TransactionSql } from 'postgres';
import type { Change } from './changes.ts';
import { quoted, typeOf, type Table, type Value } from './table.ts';

const NEEDS_QUOTES = /["\\]/g;

/** Values as one Postgres array literal, which any array type reads. */
const arrayOf = (values: ReadonlyArray<Value | undefined>): string =>
  `{${values
    .map((value) => {
      if (value === null || value === undefined) return 'NULL';
      return typeof value === 'string' ? `"${value.replaceAll(NEEDS_QUOTES, '\\$&')}"` : String(value);
    })
    .join(',')}}`;

/** `unnest($1::text::uuid[], …) as u("id", …)`: the rows that a statement is given, a parameter a column. */
const given = ({ columns }: Table, names: readonly string[]): string =>
  `unnest(${names.map((name, i) => `$${i + 1}::text::${typeOf(columns, name)}[]`).join(', ')})
   as u(${names.map((name) => quoted(name)).join(', ')})`;

const sameKey = ({ key }: Table): string => key.map((name) => `t.${quoted(name)} = u.${quoted(name)}`).join(' and ');

/** Updates that set the same columns are one statement. */
const bySetColumns = (changes: readonly Change[]): Map<string, Change[]> => {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    if (!change.set) continue;
    const columns = Object.keys(change.set).toSorted().join();
    const group = groups.get(columns);
    if (group) group.push(change);
    else groups.set(columns, [change]);
  }
  return groups;
};

/** Writes what becomes of the rows of some tables in a schema: one statement a table and kind of change, however many rows. */
export const writeChanges = async (
  tx: TransactionSql,
  schema: string,
  tables: ReadonlyMap<Table, ReadonlyMap<string, Change>>,
): Promise<void> => {
  const writing: Array<Promise<unknown>> = [];
  const run = (text: string, columns: ReadonlyArray<ReadonlyArray<Value | undefined>>): void => {
    // In order on the one connection, none waiting for the answer to the one before.
    writing.push(tx.unsafe(text, columns.map(arrayOf), { prepare: true }));
  };
  for (const [table, all] of tables) {
    const changes = [...all.values()];
    const name = quoted(schema, table.name);
    const keysOf = (some: readonly Change[]): Value[][] =>
      table.key.map((_, i) => some.map(({ key }) => key[i] ?? null));

    const gone = changes.filter((change) => change.gone);
    if (gone.length > 0)
      run(`delete from ${name} t using ${given(table, table.key)} where ${sameKey(table)}`, keysOf(gone));

    for (const group of bySetColumns(changes).values()) {
      const columns = Object.keys(group[0]?.set ?? {})
        .filter((column) => !table.key.includes(column))
        .toSorted();
      if (columns.length === 0) continue;
      const cells = columns.map((column) => `${quoted(column)} = u.${quoted(column)}`).join(', ');
      run(`update ${name} t set ${cells} from ${given(table, [...table.key, ...columns])} where ${sameKey(table)}`, [
        ...keysOf(group),
        ...columns.map((column) => group.map(({ set }) => set?.[column])),
      ]);
    }

    const added = changes.filter(({ add }) => add !== undefined);
    const columns = Object.keys(table.columns);
    if (added.length > 0)
      run(
        `insert into ${name} (${columns.map((column) => quoted(column)).join(', ')})
         select * from ${given(table, columns)} on conflict do nothing`,
        columns.map((column) => added.map(({ add }) => add?.[column])),
      );
  }
  await Promise.all(writing);
};
