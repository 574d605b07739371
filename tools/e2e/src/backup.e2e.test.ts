/** A Threadbox that talks is backed up while it goes on, and goes on elsewhere from there: all is there, nothing is answered twice. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startThreadbox, type Threadbox } from '@threadbox/tool-threadbox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

const MAIN = fileURLToPath(new URL('../../threadbox/src/main.ts', import.meta.url));
const THREADS = ['one', 'two', 'three'] as const;
const ENV = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
const SETTINGS = { DEFAULT_AGENT: 'echo', MAX_SANDBOXES: '3' };

let stage: Stage;
let elsewhere: Threadbox | undefined;
let folder: string;
let newHome: string;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 90_000, interval: 50 });
const threadbox = async (home: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [MAIN, ...args], { env: { ...ENV, THREADBOX_HOME: home } })).stdout;

type Client = ReturnType<typeof webClient>;
const clientsOf = (box: () => Threadbox): Client[] => THREADS.map((thread) => webClient(box, thread));
/** How often each word stands in an answer that is done. */
const countsOf = (client: Client, words: readonly string[]): Record<string, number> =>
  Object.fromEntries(words.map((word) => [word, client.answers().filter(({ text }) => text.includes(word)).length]));
const once = (words: readonly string[]): Record<string, number> => Object.fromEntries(words.map((word) => [word, 1]));

let clients: Client[];
let others: Client[] = [];
/** What the gateway had taken before the backup began, and all that it took, by thread. */
const before: string[][] = THREADS.map(() => []);
const all: string[][] = THREADS.map(() => []);

beforeAll(async () => {
  stage = await openStage(SETTINGS);
  folder = await mkdtemp(join(tmpdir(), 'threadbox-backup-'));
  newHome = join(folder, 'home');
  clients = clientsOf(() => stage.box);
  const [ana] = clients;
  await ana?.say('hello');
  await until(() => expect(ana?.messages().at(-1)?.buttons).toHaveLength(2));
  await ana?.press('Yes');
  for (const client of clients) {
    await client.say('warm up');
    await until(() => expect(client.answers().at(-1)?.text).toContain('warm up'));
  }
});
afterAll(async () => {
  for (const client of [...clients, ...others]) client.close();
  await elsewhere?.stop();
  await stage.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('backup and restore', () => {
  it('is made while people talk, and nobody loses a word', async () => {
    const over = new AbortController();
    const talk = clients.map(async (client, i) => {
      for (let n = 0; !over.signal.aborted; n += 1) {
        const word = `<word-${THREADS[i]}-${n}>`;
        if ((await client.say(word)).status === 202) all[i]?.push(word);
        // Two are in line, no more: people wait for answers.
        await until(() =>
          expect(client.answers().some(({ text }) => text.includes(`<word-${THREADS[i]}-${n - 2}>`)) || n < 2).toBe(
            true,
          ),
        );
      }
    });
    await until(() => expect(all.every((words) => words.length > 10)).toBe(true));
    for (const [i, words] of all.entries()) before[i] = [...words];
    const said = await threadbox(stage.home, 'backup', join(folder, 'backup'));
    expect(said).toContain('whole');
    const during = all.map((words) => words.length);
    // They go on afterwards.
    await until(() => expect(all.every((words, i) => words.length > (during[i] ?? 0) + 3)).toBe(true));
    over.abort();
    await Promise.all(talk);
    for (const [i, client] of clients.entries())
      await until(() => expect(countsOf(client, all[i] ?? [])).toEqual(once(all[i] ?? [])));
    const files = await readdir(join(folder, 'backup'));
    expect(files).toContain('manifest.json');
    expect(files.filter((name) => !/^[A-Z]+\.tar\.s2$/.test(name))).toEqual(['manifest.json']);
  });

  it('goes on elsewhere: everything said before is there, answered once, and so is what is said next', async () => {
    for (const keys of ['secrets', 'credentials'])
      await cp(join(stage.home, keys), join(newHome, keys), { recursive: true });
    expect(await threadbox(newHome, 'restore', join(folder, 'backup'))).toContain('Restored');
    await expect(threadbox(newHome, 'restore', join(folder, 'backup'))).rejects.toThrow('--replace');

    const box = await startThreadbox({ home: newHome, env: { ...ENV, GATEWAY_PORT: '0', ...SETTINGS } });
    elsewhere = box;
    others = clientsOf(() => box);
    for (const [i, client] of others.entries()) {
      const words = before[i] ?? [];
      await until(() => expect(countsOf(client, words)).toEqual(once(words)));
    }
    for (const client of others) {
      await client.say('and now?');
      await until(() => expect(countsOf(client, ['and now?'])).toEqual({ 'and now?': 1 }));
    }
    // Everything that was under way has ended: nothing was said twice, of what came during the backup either.
    for (const [i, client] of others.entries()) {
      const counts = countsOf(client, all[i] ?? []);
      expect(Object.entries(counts).filter(([, count]) => count > 1)).toEqual([]);
      expect(countsOf(client, before[i] ?? [])).toEqual(once(before[i] ?? []));
      expect(client.messages().filter(({ status }) => status !== undefined)).toEqual([]);
    }
  });

  it('has tables that are as the restored log says', async () => {
    expect(await threadbox(newHome, 'projections', 'verify')).toContain('rows are as the log says');
    const first = await threadbox(newHome, 'projections', 'rebuild');
    expect(first).toContain('made anew');
    expect(await threadbox(newHome, 'projections', 'verify')).toContain('rows are as the log says');
  });

  it('is put in the place of what is there, and its tables follow', async () => {
    const [client] = others;
    expect(client?.answers().some(({ text }) => text.includes('and now?'))).toBe(true);
    await expect(threadbox(newHome, 'restore', join(folder, 'backup'), '--replace')).rejects.toThrow(
      'runs here already',
    );
    await elsewhere?.stop();
    for (const other of others) other.close();
    expect(await threadbox(newHome, 'restore', join(folder, 'backup'), '--replace')).toContain('Restored');
    const box = await startThreadbox({ home: newHome, env: { ...ENV, GATEWAY_PORT: '0', ...SETTINGS } });
    elsewhere = box;
    others = clientsOf(() => box);
    for (const [i, other] of others.entries())
      await until(() => expect(countsOf(other, before[i] ?? [])).toEqual(once(before[i] ?? [])));
    // What was said after the backup is gone, from the page and from the tables.
    expect(others.some((other) => other.answers().some(({ text }) => text.includes('and now?')))).toBe(false);
    await until(async () =>
      expect(await threadbox(newHome, 'projections', 'verify')).toContain('rows are as the log says'),
    );
  });
});
