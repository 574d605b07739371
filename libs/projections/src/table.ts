/** What a column holds; with `?` it may be null. */
type ColumnType = 'uuid' | 'text' | 'int' | 'bigint' | 'double precision' | 'boolean' | 'timestamptz';
type Column = ColumnType | `${ColumnType}?`;

type ValueOf<Type extends string> = Type extends `${infer Base}?`
  ? ValueOf<Base> | null
  : Type extends 'int' | 'bigint' | 'double precision'
    ? number
    : Type extends 'boolean'
      ? boolean
      : string;

/** What stands in a column. Times are ISO 8601 in UTC. */
export type Value = string | number | boolean | null;

/** A table of a read model. */
export type Table<
  Columns extends Readonly<Record<string, Column>> = Readonly<Record<string, Column>>,
  Key extends string = string,
> = { readonly name: string; readonly key: readonly Key[]; readonly columns: Columns };

type Nullable<Columns> = { [Name in keyof Columns]: Columns[Name] extends `${string}?` ? Name : never }[keyof Columns];

/** Some columns of a row. */
export type Cells<Columns> = { [Name in keyof Columns]?: ValueOf<Columns[Name] & string> };

/** A whole row; what is left out is null. */
export type Row<Columns> = Cells<Columns> & {
  [Name in Exclude<keyof Columns, Nullable<Columns>>]: ValueOf<Columns[Name] & string>;
};

/** Describes a table: its columns in order, and which of them name a row. Its SQL follows from it. */
export const table = <
  const Columns extends Readonly<Record<string, Column>>,
  const Key extends Extract<keyof Columns, string>,
>(
  name: string,
  { key, columns }: { key: readonly Key[]; columns: Columns },
): Table<Columns, Key> => ({ name, key, columns });

/** A name as SQL has it. */
export const quoted = (...names: readonly string[]): string =>
  names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');

/** The type of a column, without whether it may be null. */
export const typeOf = (columns: Readonly<Record<string, Column>>, name: string): string =>
  (columns[name] ?? 'text').replace('?', '');

/** The SQL that makes a table in a schema. */
export const createTable = (schema: string, { name, key, columns }: Table): string => {
  const lines = Object.entries(columns).map(
    ([column, type]) => `${quoted(column)} ${type.replace('?', '')}${type.endsWith('?') ? '' : ' not null'}`,
  );
  const primary = `primary key (${key.map((column) => quoted(column)).join(', ')})`;
  return `create table ${quoted(schema, name)} (${[...lines, primary].join(', ')})`;
};
