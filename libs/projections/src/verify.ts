/**
 * Compares a projection's rows with what a fresh replay of the log makes of it, at the place where the live rows stand.
 *
 * The replay catches up in a scratch schema; then one transaction sees a single moment: it reads the live checkpoint, takes in
 * what is between, compares every row, and holds nobody up. Killed anywhere, it leaves a scratch schema that the next run removes.
 */
import type { Bus } from '@threadbox/messaging';
import type { AggregateType } from '@threadbox/schemas';
import type { Sql, TransactionSql } from 'postgres';
import { otherVersion, readCheckpoint } from './checkpoints.ts';
import type { Projection, Skip } from './projection.ts';
import { replayInto, type Progress } from './replay-into.ts';
import { withScratch } from './scratch.ts';
import { quoted, type Table } from './table.ts';

/** A row that is not as the log says: the live one, and the one that it should be; undefined where there is none. */
type Difference = { table: string; key: object; live: object | undefined; fresh: object | undefined };

/** What a comparison found. `differences` has the first of them; `count` tells how many there are. */
export type Verdict = { sequence: number; rows: number; count: number; differences: readonly Difference[] };

/** The most differences that are told one by one, for each table. */
const TOLD = 20;

const compare = async (
  tx: TransactionSql,
  [live, fresh]: readonly [live: string, fresh: string],
  { name, key }: Table,
): Promise<Pick<Verdict, 'rows' | 'count' | 'differences'>> => {
  const [there] = await tx<Array<{ there: boolean }>>`select to_regclass(${quoted(live, name)}) is not null as there`;
  const old = there?.there ? quoted(live, name) : `(select * from ${quoted(fresh, name)} limit 0)`;
  const keys = key.map((column) => quoted(column)).join(', ');
  const named = key.map((column) => `'${column}', coalesce(l.${quoted(column)}, f.${quoted(column)})`).join(', ');
  const joined = `from ${old} l full join ${quoted(fresh, name)} f using (${keys}) where to_jsonb(l) is distinct from to_jsonb(f)`;
  const [sum] = await tx.unsafe<Array<{ count: number; rows: number }>>(
    `select (select count(*)::int ${joined}) as count, (select count(*)::int from ${quoted(fresh, name)}) as rows`,
  );
  const found = await tx.unsafe<Array<{ key: object; live: object | null; fresh: object | null }>>(
    `select jsonb_build_object(${named}) as key, to_jsonb(l) as live, to_jsonb(f) as fresh ${joined} order by ${keys} limit ${TOLD}`,
  );
  return {
    rows: sum?.rows ?? 0,
    count: sum?.count ?? 0,
    differences: found.map((one) => ({
      table: name,
      key: one.key,
      live: one.live ?? undefined,
      fresh: one.fresh ?? undefined,
    })),
  };
};

/** Verifies one projection. Throws where its rows are of another version, or another verify is under way. */
export const verifyProjection = async <Type extends AggregateType>(
  { bus, sql }: { bus: Pick<Bus, 'js'>; sql: Sql },
  projection: Projection<Type>,
  { skip, progress }: { skip: Skip; progress?: (progress: Progress) => void },
): Promise<Verdict> => {
  const { name, version, tables } = projection;
  const standing = async (tx: TransactionSql): Promise<number> => {
    const [there] = await tx<
      Array<{ there: boolean }>
    >`select to_regclass('projections.checkpoints') is not null as there`;
    const live = there?.there ? await readCheckpoint(tx, name) : undefined;
    if (!live) throw new Error(`${name} has no rows yet: has its service ever run?`);
    if (live.version !== version) throw otherVersion(name, live.version, version);
    return live.sequence;
  };
  return withScratch(sql, `${name}__verify`, projection, async (scratch) => {
    const upTo = await sql.begin((tx) => standing(tx));
    await replayInto(bus, projection, scratch, { after: 0, upTo, skip, progress });
    return sql.begin('isolation level repeatable read', async (tx) => {
      const sequence = await standing(tx);
      if (sequence < upTo) throw new Error(`the rows of ${name} were made anew meanwhile: verify them again`);
      const here = { ...scratch, inTransaction: (work: (one: typeof tx) => Promise<void>) => work(tx) };
      await replayInto(bus, projection, here, { after: upTo, upTo: sequence, skip });
      const found = [];
      for (const table of tables) found.push(await compare(tx, [name, scratch.schema], table));
      return {
        sequence,
        rows: found.reduce((sum, { rows }) => sum + rows, 0),
        count: found.reduce((sum, { count }) => sum + count, 0),
        differences: found.flatMap(({ differences }) => differences),
      };
    });
  });
};
