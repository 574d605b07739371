import type { Bus } from '@threadbox/messaging';
import { testNats, testPostgres, type TestNats, type TestPostgres } from '@threadbox/tool-infrastructure/testing';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectDatabase } from './database.ts';
import type { Projection } from './projection.ts';
import { rebuildProjection } from './rebuild.ts';
import { runProjection } from './run-projection.ts';
import { table } from './table.ts';
import { appendRemovals } from './testing/append-removals.ts';
import { verifyProjection } from './verify.ts';

let nats: TestNats;
let server: TestPostgres;
let bus: Bus;
let sql: Sql;
const log = { warn: () => undefined };
const options = { skip: () => undefined };

const left = table('left', {
  key: ['workspace', 'member'],
  columns: { workspace: 'text', member: 'text', at: 'timestamptz', odd: 'boolean', n: 'bigint', note: 'text?' },
});
const leavers: Projection<'workspace'> = {
  name: 'leavers',
  version: 1,
  aggregate: 'workspace',
  tables: [left],
  apply: ({ aggregate: { id: workspace }, time: at, events }, rows) => {
    for (const event of events) {
      if (event.type !== 'member-removed') continue;
      const { member } = event;
      const n = Number(member.slice(1));
      rows(left).add({ workspace, member, at, odd: n % 2 === 1, n });
      // A text that needs care: quotes, a backslash, braces, an empty word for NULL.
      if (n > 0) rows(left).set({ workspace, member: `m${n - 1}` }, { note: `{"${n}\\", NULL}` });
      if (n > 4) rows(left).remove({ workspace, member: `m${n - 4}` });
    }
  },
};
const append = (workspace: string, times: number): Promise<void> => appendRemovals(bus, workspace, times);
const rows = async () => [...(await sql`select * from leavers.left order by workspace, n`)];
const schemas = async () =>
  (await sql<Array<{ name: string }>>`select nspname as name from pg_namespace where nspname like 'leavers%'`).map(
    ({ name }) => name,
  );
const live = () => runProjection({ ...leavers, bus, databaseUrl: server.url, log });

beforeAll(async () => {
  [nats, server] = await Promise.all([testNats(), testPostgres()]);
  bus = await nats.connect('admin');
  sql = connectDatabase(server.url);
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await bus.close();
  await Promise.all([nats.stop(), server.stop()]);
});

it('has nothing to verify before there are rows', async () => {
  await expect(verifyProjection({ bus, sql }, leavers, options)).rejects.toThrow('no rows yet');
});

it('verifies rows that are as the log says, while their service goes on', async () => {
  await append('a', 30);
  const projection = live();
  await vi.waitFor(async () => expect(await rows()).toHaveLength(5), { timeout: 20_000, interval: 50 });
  const [verdict] = await Promise.all([verifyProjection({ bus, sql }, leavers, options), append('b', 200)]);
  expect(verdict).toMatchObject({ count: 0, differences: [] });
  await projection.stop();
  expect(await schemas()).toEqual(['leavers']);
});

it('tells every row that differs: changed, missing, and of nobody', async () => {
  // Its reader may have ended before it had read everything.
  await rebuildProjection({ bus, sql }, leavers, options);
  const expected = await rows();
  await sql`update leavers.left set note = 'by hand' where workspace = 'a' and member = 'm26'`;
  await sql`delete from leavers.left where workspace = 'a' and member = 'm27'`;
  await sql`insert into leavers.left values ('c', 'm1', now(), true, 1, null)`;
  const { count, differences } = await verifyProjection({ bus, sql }, leavers, options);
  expect(count).toBe(3);
  expect(differences).toMatchObject([
    { table: 'left', key: { member: 'm26' }, live: { note: 'by hand' }, fresh: { note: '{"27\\", NULL}' } },
    { key: { member: 'm27' }, live: undefined, fresh: { n: 27 } },
    { key: { workspace: 'c' }, live: { n: 1 }, fresh: undefined },
  ]);
  await sql`drop table leavers.left`;
  expect(await verifyProjection({ bus, sql }, leavers, options)).toMatchObject({ count: expected.length });
  await rebuildProjection({ bus, sql }, leavers, options);
  expect(await rows()).toEqual(expected);
});

it('puts new rows in the place of the old ones while their service goes on', async () => {
  const projection = live();
  const appending = append('d', 300);
  for (let times = 0; times < 3; times += 1) {
    await sql`update leavers.left set note = 'wrong' where workspace = 'a'`;
    await rebuildProjection({ bus, sql }, leavers, options);
    expect(await sql`select 1 from leavers.left where note = 'wrong'`).toHaveLength(0);
  }
  await appending;
  await append('e', 3);
  await vi.waitFor(async () => expect(await sql`select 1 from leavers.left where workspace = 'e'`).toHaveLength(3), {
    timeout: 30_000,
    interval: 50,
  });
  await projection.stop();
  expect(await verifyProjection({ bus, sql }, leavers, options)).toMatchObject({ count: 0 });
  expect(await schemas()).toEqual(['leavers']);
});

it('removes what a run that was killed left behind, and lets only one run at a time', async () => {
  await sql`create schema leavers__rebuild`;
  await sql`create table leavers__rebuild.left (nonsense int)`;
  const outcomes = await Promise.allSettled([
    rebuildProjection({ bus, sql }, leavers, options),
    rebuildProjection({ bus, sql }, leavers, options),
  ]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await schemas()).toEqual(['leavers']);
});

it('refuses rows of another version', async () => {
  const newer = { ...leavers, version: 2 };
  await expect(rebuildProjection({ bus, sql }, newer, options)).rejects.toThrow('of version 1');
  await expect(verifyProjection({ bus, sql }, newer, options)).rejects.toThrow('of version 1');
  expect(await schemas()).toEqual(['leavers']);
});
