/** An operator’s command that is killed in the middle does no harm, and the next one does all of it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@threadbox/messaging';
import { connectDatabase } from '@threadbox/projections';
import { deriveId, durables, eventsSubject } from '@threadbox/schemas';
import { testNats, testPostgres, type TestNats, type TestPostgres } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { checkBackup } from './backup-manifest.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const COMMITS = 30_000;

let nats: TestNats;
let server: TestPostgres;
let bus: Bus;
let sql: ReturnType<typeof connectDatabase>;
let folder: string;

/** Runs the command line; `kill` ends it without a word. */
const threadbox = (...args: string[]) => {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env['PATH'],
      THREADBOX_HOME: join(folder, 'home'),
      NATS_URL: nats.url,
      NATS_CREDS: nats.creds('admin'),
      DATABASE_URL: server.url,
    },
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  const ended = new Promise<{ code: number | null; out: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out }));
  });
  return { ended, kill: () => child.kill('SIGKILL') };
};
const becomes = (check: () => unknown) =>
  vi.waitFor(async () => expect(await check()).toBe(true), { timeout: 30_000, interval: 5 });
const hasSchema = async (name: string): Promise<boolean> =>
  (await sql`select 1 from pg_namespace where nspname = ${name}`).length > 0;
const sessions = async (): Promise<number> =>
  (await sql<Array<{ n: number }>>`select count(*)::int as n from session_sessions.sessions`)[0]?.n ?? 0;

beforeAll(async () => {
  [nats, server] = await Promise.all([testNats(), testPostgres()]);
  bus = await nats.connect('admin');
  sql = connectDatabase(server.url);
  folder = await mkdtemp(join(tmpdir(), 'threadbox-killed-'));
  const publish = (n: number): Promise<unknown> => {
    const id = deriveId('killed', n);
    const event = { type: 'session-opened', workspace: 'w', conversation: `web:a~${n}`, agent: 'echo', by: 'web:a' };
    const time = new Date(Date.UTC(2026, 0, 1) + n).toISOString();
    const origin = { id, type: 'commit', version: 1, time, causation: id, correlation: id };
    const commit = { ...origin, aggregate: { type: 'session', id }, events: [event] };
    return bus.js.publish(eventsSubject('session', id), JSON.stringify(commit), { timeout: 30_000 });
  };
  for (let n = 0; n < COMMITS; n += 500) await Promise.all(Array.from({ length: 500 }, (_, i) => publish(n + i)));
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await bus.close();
  await Promise.all([nats.stop(), server.stop()]);
  await rm(folder, { recursive: true, force: true });
});

it('rebuild', async () => {
  expect((await threadbox('projections', 'rebuild', 'session_sessions').ended).code).toBe(0);
  expect(await sessions()).toBe(COMMITS);
  const killed = threadbox('projections', 'rebuild', 'session_sessions');
  await becomes(() => hasSchema('session_sessions__rebuild'));
  killed.kill();
  expect((await killed.ended).code).toBeNull();
  expect(await sessions()).toBe(COMMITS);
  expect(await hasSchema('session_sessions__rebuild')).toBe(true);
  const again = await threadbox('projections', 'rebuild').ended;
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('made anew') });
  expect(await hasSchema('session_sessions__rebuild')).toBe(false);
});

it('verify, and what it says and how it ends', async () => {
  const killed = threadbox('projections', 'verify', 'session_sessions');
  await becomes(() => hasSchema('session_sessions__verify'));
  killed.kill();
  await killed.ended;
  await sql`update session_sessions.sessions set agent = 'claude' where id = ${deriveId('killed', 7)}`;
  const found = await threadbox('projections', 'verify', 'session_sessions').ended;
  expect(found.code).toBe(1);
  expect(found.out).toContain(`session_sessions.sessions {"id":"${deriveId('killed', 7)}"}`);
  expect(found.out).toMatch(/live .*"agent":"claude"/);
  expect(found.out).toMatch(/fresh .*"agent":"echo"/);
  expect(found.out).toContain('1 rows differ');
  expect(await hasSchema('session_sessions__verify')).toBe(false);
  expect(await threadbox('projections', 'verify', 'nonsense').ended).toMatchObject({ code: 1 });
  expect(await threadbox('projections', 'nonsense').ended).toMatchObject({ code: 2 });
});

it('backup: it never looks whole, and whoever was held still goes on by itself', async () => {
  const to = join(folder, 'backup');
  const killed = threadbox('backup', to);
  await becomes(() => existsSync(`${to}.partial`));
  const [{ stream, durable } = { stream: '', durable: '' }] = durables;
  await becomes(async () => (await bus.jsm.consumers.info(stream, durable)).paused === true);
  killed.kill();
  await killed.ended;
  expect(existsSync(to)).toBe(false);
  await expect(checkBackup(`${to}.partial`)).rejects.toThrow('not finished');
  const { pause_remaining: left } = await bus.jsm.consumers.info(stream, durable);
  expect(left / 1e9).toBeLessThanOrEqual(20);
  expect(await threadbox('backup', to).ended).toMatchObject({ code: 0, out: expect.stringContaining('whole') });
  expect(existsSync(`${to}.partial`)).toBe(false);
  expect((await checkBackup(to)).streams.find(({ name }) => name === 'EVENTS')?.state.messages).toBe(COMMITS);
  expect((await bus.jsm.consumers.info(stream, durable)).paused ?? false).toBe(false);
});
