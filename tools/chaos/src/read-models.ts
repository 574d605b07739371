import type { Bus } from '@threadbox/messaging';
import { runProjection, type Projection } from '@threadbox/projections';
import { streams } from '@threadbox/schemas';
import postgres, { type Sql } from 'postgres';
import { membersProjection } from '../../../services/auth/src/projections/members.ts';
import { sandboxesProjection } from '../../../services/sandbox/src/projections/sandboxes.ts';
import { sessionsProjection } from '../../../services/session/src/projections/sessions.ts';
import { until } from './until.ts';

const projections = [membersProjection, sessionsProjection, sandboxesProjection] as const;

const withSql = async <Value>(databaseUrl: string, work: (sql: Sql) => Promise<Value>): Promise<Value> => {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined, connect_timeout: 5 });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
};

/** The sequence of the last event that concerns a projection. */
const lastEvent = async ({ jsm }: Bus, aggregate: string): Promise<number> =>
  (await jsm.direct.getMessage(streams.events, { last_by_subj: `events.*.${aggregate}.>` }))?.seq ?? 0;

/** The projections that have not seen the last event of theirs. Throws where Postgres is away. */
export const projectionsBehind = (databaseUrl: string, admin: Bus): Promise<string[]> =>
  withSql(databaseUrl, async (sql) => {
    const rows = await sql<
      Array<{ name: string; sequence: string }>
    >`select name, sequence from projections.checkpoints`;
    const at = new Map(rows.map(({ name, sequence }) => [name, Number(sequence)]));
    const behind: string[] = [];
    for (const { name, aggregate } of projections)
      if ((at.get(name) ?? 0) < (await lastEvent(admin, aggregate))) behind.push(name);
    return behind;
  });

/** How many rows of a table are in one schema and not in the other, whichever way. */
const differing = async (sql: Sql, table: string, one: string, other: string): Promise<number> => {
  const [row] = await sql<Array<{ count: string }>>`
    select count(*) from (
      (select * from ${sql(one)}.${sql(table)} except all select * from ${sql(other)}.${sql(table)})
      union all
      (select * from ${sql(other)}.${sql(table)} except all select * from ${sql(one)}.${sql(table)})
    ) as differing`;
  return Number(row?.count);
};

const judge = async (
  sql: Sql,
  { databaseUrl, admin }: { databaseUrl: string; admin: Bus },
  projection: Projection<'session'> | Projection<'workspace'> | Projection<'fleet'>,
): Promise<string[]> => {
  const { name, aggregate } = projection;
  const fresh = `fresh_${name}`;
  const log = { warn: () => undefined };
  const replay = runProjection({ ...(projection as Projection<'session'>), name: fresh, bus: admin, databaseUrl, log });
  const last = await lastEvent(admin, aggregate);
  const isThere = await until(() => (replay.position() >= last ? true : undefined), { timeout: 60_000 });
  await replay.stop();
  const tables = await sql<Array<{ table_name: string }>>`
    select table_name from information_schema.tables where table_schema = ${name}`;
  const found = isThere ? [] : [`${name} could not be replayed`];
  for (const { table_name: table } of tables) {
    const rows = await differing(sql, table, name, fresh);
    if (rows > 0) found.push(`${rows} rows of ${name}.${table} are not what the log says`);
  }
  await sql`drop schema ${sql(fresh)} cascade`;
  await sql`delete from projections.checkpoints where name = ${fresh}`;
  return tables.length === 0 ? [...found, `${name} has no tables`] : found;
};

/** Where the read models are not what a fresh replay of the log makes. Only when nothing is under way. */
export const readModelComplaints = async (databaseUrl: string, admin: Bus): Promise<string[]> => {
  const caughtUp = await until(
    async () => ((await projectionsBehind(databaseUrl, admin)).length === 0 ? true : undefined),
    { timeout: 60_000, every: 200 },
  );
  if (!caughtUp) return ['read models did not catch up with the log'];
  return withSql(databaseUrl, async (sql) => {
    const found: string[] = [];
    for (const projection of projections) found.push(...(await judge(sql, { databaseUrl, admin }, projection)));
    return found;
  });
};
