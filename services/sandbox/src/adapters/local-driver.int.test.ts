import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBubblewrap } from '@threadbox/tool-infrastructure';
import type { Driver } from './driver.ts';
import { driverContract, type DriverHarness } from './driver-contract.ts';
import { createLocalDriver, type Walls } from './local-driver.ts';
import { startPeer } from './peer.ts';
import { processesOf } from './processes.ts';

const MEGABYTE = 1024 * 1024;
const probe = join(import.meta.dirname, 'probe.ts');
const makeWalls = async (): Promise<Walls> => {
  const home = join(tmpdir(), 'threadbox-cache');
  const bubblewrap = await findBubblewrap({ home, progress: () => undefined });
  return { bubblewrap, readable: [process.execPath, probe] };
};

const underTest = async (walls: Walls | undefined): Promise<DriverHarness> => {
  const root = await mkdtemp(join(tmpdir(), 'threadbox-sandboxes-'));
  const [nats, egress] = [await startPeer('127.0.0.1', 0), await startPeer('127.0.0.1', 0)];
  const another = (): Driver =>
    createLocalDriver({
      root,
      natsUrl: `nats://127.0.0.1:${nats.port}`,
      modelUrl: `http://127.0.0.1:${egress.port}`,
      command: [process.execPath, probe],
      path: process.env['PATH'] ?? '',
      walls,
      ...(walls && { limits: { memory: 300 * MEGABYTE, processes: 100, cpus: 1, disk: 100 * MEGABYTE } }),
    });
  const driver = another();
  const workspace = (id: string, path: string): string => join(root, id, 'workspace', path);
  return {
    driver,
    another,
    read: (id, path) => readFile(workspace(id, path), 'utf8').catch(() => undefined),
    write: (id, path, text) => writeFile(workspace(id, path), text),
    processes: async (id) => (await processesOf(id)).length,
    crash: async (id) => {
      const runner = (await processesOf(id)).toSorted((a, b) => a - b)[0];
      if (runner !== undefined) process.kill(runner, 'SIGKILL');
    },
    isGone: (id) =>
      access(join(root, id)).then(
        () => false,
        () => true,
      ),
    refuse: async () => {
      // A file where the folder should be stops root, too.
      await rm(root, { recursive: true });
      await writeFile(root, '');
    },
    end: async () => {
      await driver.close();
      nats.close();
      egress.close();
      await rm(root, { recursive: true, force: true });
    },
  };
};

driverContract('local, without walls', () => underTest(undefined), { walls: false });
driverContract('local', async () => underTest(await makeWalls()), { walls: true });
