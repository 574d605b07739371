import type { Bus } from '@threadbox/messaging';
import { eventsSubject } from '@threadbox/schemas';
import { testNats, testPostgres, type TestNats, type TestPostgres } from '@threadbox/tool-infrastructure/testing';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectDatabase } from './database.ts';
import type { Projection } from './projection.ts';
import { runProjection } from './run-projection.ts';
import { table } from './table.ts';
import { appendRemovals } from './testing/append-removals.ts';

let nats: TestNats;
let server: TestPostgres;
let bus: Bus;
let sql: Sql;
const warnings: string[] = [];
const log = { warn: (_: object, text: string) => void warnings.push(text) };

const members = table('counts', { key: ['workspace', 'member'], columns: { workspace: 'text', member: 'text' } });
const counts: Projection<'workspace'> = {
  name: 'counts',
  version: 1,
  aggregate: 'workspace',
  tables: [members],
  apply: ({ aggregate: { id: workspace }, events }, rows) => {
    for (const event of events)
      if (event.type === 'member-removed') rows(members).add({ workspace, member: event.member });
  },
};
const append = (workspace: string, times: number): Promise<void> => appendRemovals(bus, workspace, times);
const rows = () =>
  sql<Array<{ workspace: string; events: number }>>`
    select workspace, count(*)::int as events from counts.counts group by workspace order by workspace`.then((all) => [
    ...all,
  ]);
const becomes = (expected: object[]) =>
  vi.waitFor(async () => expect(await rows()).toEqual(expected), { timeout: 30_000, interval: 50 });

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

it('makes rows of what was said before and of what is said while it runs', async () => {
  await append('a', 3);
  const projection = runProjection({ ...counts, bus, databaseUrl: server.url, log });
  await becomes([{ workspace: 'a', events: 3 }]);
  await append('a', 2);
  await becomes([{ workspace: 'a', events: 5 }]);
  await projection.stop();
});

it('goes on where it stopped', async () => {
  await append('b', 700);
  const projection = runProjection({ ...counts, bus, databaseUrl: server.url, log });
  await becomes([
    { workspace: 'a', events: 5 },
    { workspace: 'b', events: 700 },
  ]);
  await projection.stop();
});

it('applies each commit once though two of it run', async () => {
  const both = [
    runProjection({ ...counts, bus, databaseUrl: server.url, log }),
    runProjection({ ...counts, bus, databaseUrl: server.url, log }),
  ];
  await append('c', 60);
  await becomes([
    { workspace: 'a', events: 5 },
    { workspace: 'b', events: 700 },
    { workspace: 'c', events: 60 },
  ]);
  await Promise.all(both.map((one) => one.stop()));
});

it('skips what cannot be read, and serves the rest', async () => {
  await bus.js.publish(eventsSubject('workspace', 'poison'), '{"type":"commit"}');
  await append('d', 1);
  const projection = runProjection({ ...counts, bus, databaseUrl: server.url, log });
  await vi.waitFor(async () => expect((await rows()).at(-1)).toEqual({ workspace: 'd', events: 1 }), 10_000);
  expect(warnings).toContain('an event that cannot be read was skipped');
  await projection.stop();
});

it('skips what Postgres will never take, and serves the rest of the batch', async () => {
  await append('d-before', 1);
  await append('nul\u0000', 1);
  await append('d-behind', 1);
  const projection = runProjection({ ...counts, bus, databaseUrl: server.url, log });
  await vi.waitFor(
    async () => expect((await rows()).map(({ workspace }) => workspace).slice(-2)).toEqual(['d-before', 'd-behind']),
    { timeout: 10_000, interval: 50 },
  );
  expect(warnings).toContain('a commit that Postgres will never take was skipped');
  await projection.stop();
});

it('waits for a Postgres that is gone, and catches up', async () => {
  const projection = runProjection({ ...counts, bus, databaseUrl: server.url, log });
  await server.kill();
  await append('e', 5);
  await server.start();
  await vi.waitFor(async () => expect((await rows()).at(-1)).toEqual({ workspace: 'e', events: 5 }), {
    timeout: 40_000,
    interval: 100,
  });
  await projection.stop();
});

it('makes the same rows again from nothing, and when its version changes', async () => {
  const before = await rows();
  await sql`drop schema counts cascade`;
  await sql`delete from projections.checkpoints`;
  const again = runProjection({ ...counts, bus, databaseUrl: server.url, log });
  await vi.waitFor(async () => expect(await rows()).toEqual(before), { timeout: 20_000, interval: 100 });
  await again.stop();
  await sql`delete from counts.counts`;
  const newer = runProjection({ ...counts, version: 2, bus, databaseUrl: server.url, log });
  await becomes(before);
  await newer.stop();
});

it('makes its rows anew where the log is not the one that they came from', async () => {
  const before = await rows();
  await sql`update projections.checkpoints set sequence = 1000000 where name = 'counts'`;
  await sql`insert into counts.counts values ('of-another-log', 'm0')`;
  const projection = runProjection({ ...counts, version: 2, bus, databaseUrl: server.url, log });
  await becomes(before);
  await projection.stop();
});
