/** What a walled sandbox may use: who takes more is ended, and it is said why. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveId } from '@threadbox/schemas';
import { findBubblewrap } from '@threadbox/tool-infrastructure';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Driver } from './driver.ts';
import { findCages } from './find-cages.ts';
import type { Cages } from './cage.ts';
import { createLocalDriver } from './local-driver.ts';
import { processesOf } from './processes.ts';

const MEGABYTE = 1024 * 1024;
const LIMITS = { memory: 300 * MEGABYTE, processes: 60, cpus: 0.25, disk: 60 * MEGABYTE };
const probe = join(import.meta.dirname, 'greedy-probe.ts');
let root: string;
let driver: Driver;
const ended: Array<[id: string, reason: string, how: string]> = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'threadbox-limits-'));
  ended.length = 0;
});
afterEach(async () => {
  await driver.close();
  await rm(root, { recursive: true, force: true });
});

const openDriver = async (cages: Cages | undefined): Promise<void> => {
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
    limits: LIMITS,
    filesEvery: 300,
    cages,
  });
  driver.onExit((...how) => ended.push(how));
};

const start = async (greed: string): Promise<string> => {
  const id = deriveId('greedy', greed);
  await mkdir(join(root, id, 'workspace'), { recursive: true });
  await writeFile(join(root, id, 'workspace', 'greed.txt'), greed);
  await driver.start({ id, agent: 'echo', natsCreds: 'c', modelToken: 't' });
  return id;
};

/** One that takes too much beside one that does not: how the first was ended, with all that it had started. */
const endOf = async (greed: string): Promise<string> => {
  const modest = await start('nothing');
  const greedy = await start(greed);
  await vi.waitFor(() => expect(ended).toHaveLength(1), { timeout: 30_000, interval: 50 });
  const [[id, reason, how] = []] = ended;
  expect([id, how]).toEqual([greedy, 'over-limit']);
  expect(await processesOf(greedy)).toEqual([]);
  expect((await processesOf(modest)).length).toBeGreaterThan(0);
  expect(await driver.list()).toContainEqual({ id: greedy, running: false });
  return reason ?? '';
};

describe('a sandbox that is looked at', () => {
  it.each([
    ['memory', 'of memory, and may use 300 MB'],
    ['processes', 'processes, and may have 60'],
    ['disk', 'and may take 60 MB'],
  ])('and takes too much %s is ended, and the others go on', async (greed, words) => {
    await openDriver(undefined);
    expect(await endOf(greed)).toContain(words);
  });
});

/** Only where we may make cages (as root, above all); elsewhere it is said that nothing of this was tried. */
const cages = await findCages(LIMITS);
describe.runIf(cages)('a sandbox that the kernel holds', () => {
  beforeEach(() => openDriver(cages));

  it.each([
    ['memory', '300 MB of memory'],
    ['processes', 'more than 60 processes'],
  ])('cannot take more %s than it may, and is ended for trying', async (greed, words) => {
    expect(await endOf(greed)).toContain(words);
  });

  it('gets no more of the processor than it may, and goes on', async () => {
    const id = await start('processor');
    const [pid = 0] = await vi.waitFor(async () => {
      const found = await processesOf(id);
      expect(found.length).toBeGreaterThan(0);
      return found;
    });
    const throttled = async (): Promise<number> => {
      const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8');
      const [, version1] = /^\d+:(?:cpu,cpuacct|cpu):(.+)$/m.exec(groups) ?? [];
      const [, version2] = /^0::(.+)$/m.exec(groups) ?? [];
      const folder = version1 === undefined ? `/sys/fs/cgroup${version2}` : `/sys/fs/cgroup/cpu${version1}`;
      return Number(/^nr_throttled (\d+)$/m.exec(await readFile(join(folder, 'cpu.stat'), 'utf8'))?.[1]);
    };
    await vi.waitFor(async () => expect(await throttled()).toBeGreaterThan(3), { timeout: 30_000 });
    expect(ended).toEqual([]);
  });

  it('leaves no group behind', async () => {
    const id = await start('nothing');
    expect((await cageFolders(id)).length).toBeGreaterThan(0);
    await driver.stop(id);
    expect(await cageFolders(id)).toEqual([]);
  });
});

/** Every group of this sandbox below the usual place. */
const cageFolders = async (id: string): Promise<string[]> =>
  (await readdir('/sys/fs/cgroup', { recursive: true })).filter((path) => path.endsWith(`threadbox-${id}`));
