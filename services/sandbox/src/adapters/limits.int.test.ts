/** What a walled sandbox may use: who takes more is ended, and it is said why. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveId } from '@threadbox/schemas';
import { findBubblewrap } from '@threadbox/tool-infrastructure';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Driver } from './driver.ts';
import { createLocalDriver } from './local-driver.ts';
import { processesOf } from './processes.ts';

const MEGABYTE = 1024 * 1024;
const probe = join(import.meta.dirname, 'greedy-probe.ts');
let root: string;
let driver: Driver;
const ended: Array<[id: string, reason: string, how: string]> = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'threadbox-limits-'));
  driver = createLocalDriver({
    root,
    natsUrl: 'nats://127.0.0.1:1',
    modelUrl: 'http://127.0.0.1:1',
    command: [process.execPath, probe],
    path: process.env['PATH'] ?? '',
    walls: {
      bubblewrap: await findBubblewrap({ home: root, progress: () => undefined }),
      readable: [process.execPath, probe],
    },
    limits: { memory: 300 * MEGABYTE, processes: 60, disk: 60 * MEGABYTE },
    filesEvery: 300,
  });
  ended.length = 0;
  driver.onExit((...how) => ended.push(how));
});
afterEach(async () => {
  await driver.close();
  await rm(root, { recursive: true, force: true });
});

const start = async (greed: string): Promise<string> => {
  const id = deriveId('greedy', greed);
  await mkdir(join(root, id, 'workspace'), { recursive: true });
  await writeFile(join(root, id, 'workspace', 'greed.txt'), greed);
  await driver.start({ id, agent: 'echo', natsCreds: 'c', modelToken: 't' });
  return id;
};

describe('a sandbox that takes too much', () => {
  it.each([
    ['memory', 'of memory, and may use 300 MB'],
    ['processes', 'processes, and may have 60'],
    ['disk', 'and may take 60 MB'],
  ])('%s is ended with all that it started, and the others go on', async (greed, words) => {
    const modest = await start('nothing');
    const greedy = await start(greed);
    await vi.waitFor(() => expect(ended).toHaveLength(1), { timeout: 30_000, interval: 50 });
    expect(ended).toEqual([[greedy, expect.stringContaining(words), 'over-limit']]);
    expect(await processesOf(greedy)).toEqual([]);
    expect((await processesOf(modest)).length).toBeGreaterThan(0);
    expect(await driver.list()).toContainEqual({ id: greedy, running: false });
  });
});
