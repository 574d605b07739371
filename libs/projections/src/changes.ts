/**
 * What becomes of rows, collected over many commits so that it can be written in a few statements.
 *
 * Each row has one change, whatever happened to it: it goes; if it is there, these cells of it are set; if it is not, it is
 * added. Written in this order, the outcome is that of one change after the other.
 */
import type { Cells, Row, Table, Value } from './table.ts';

type Values = Readonly<Record<string, Value | undefined>>;

/** What becomes of one row. */
export type Change = { key: readonly Value[]; gone: boolean; set: Values | undefined; add: Values | undefined };

/** The rows of one table, as a read model changes them. */
export type RowsOf<Columns, Key extends PropertyKey> = {
  /** Adds a row where none has its key; else nothing changes. */
  add: (row: Row<Columns>) => void;
  /** Sets cells of a row, if it is there. */
  set: (key: Required<Pick<Cells<Columns>, Key & keyof Columns>>, cells: Cells<Columns>) => void;
  /** Takes a row away, if it is there. */
  remove: (key: Required<Pick<Cells<Columns>, Key & keyof Columns>>) => void;
};

/** Gives the rows of a table. */
export type Rows = <Columns extends Table['columns'], Key extends string>(
  table: Table<Columns, Key>,
) => RowsOf<Columns, Key>;

/** Collects changes. `tables` tells what came together. */
export const collectChanges = (): { rows: Rows; tables: ReadonlyMap<Table, ReadonlyMap<string, Change>> } => {
  const tables = new Map<Table, Map<string, Change>>();
  const opened = new Map<Table, RowsOf<Table['columns'], string>>();

  const open = (table: Table): RowsOf<Table['columns'], string> => {
    const changes = new Map<string, Change>();
    tables.set(table, changes);
    const changeOf = (values: Values): Change => {
      const key = table.key.map((column) => values[column] ?? null);
      const name = key.length === 1 ? String(key[0]) : JSON.stringify(key);
      let change = changes.get(name);
      if (change === undefined) {
        change = { key, gone: false, set: undefined, add: undefined };
        changes.set(name, change);
      }
      return change;
    };
    return {
      add: (row) => {
        changeOf(row).add ??= row;
      },
      set: (key, cells) => {
        const change = changeOf(key);
        if (!change.gone) change.set = { ...change.set, ...cells };
        if (change.add) change.add = { ...change.add, ...cells };
      },
      remove: (key) => {
        const change = changeOf(key);
        change.gone = true;
        change.set = undefined;
        change.add = undefined;
      },
    };
  };
  const rows = (table: Table): RowsOf<Table['columns'], string> => {
    const known = opened.get(table) ?? open(table);
    opened.set(table, known);
    return known;
  };
  return { rows, tables };
};
