import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBubblewrap } from '@threadbox/tool-infrastructure';
import { driverContract, type DriverHarness } from './driver-contract.ts';
import { createLocalDriver, type Walls } from './local-driver.ts';
import { processesOf } from './processes.ts';

const probe = join(import.meta.dirname, 'probe.ts');
const makeWalls = async (): Promise<Walls> => {
  const home = join(tmpdir(), 'threadbox-cache');
  const bubblewrap = await findBubblewrap({ home, progress: () => undefined });
  return { bubblewrap, readable: [process.execPath, probe] };
};

const underTest = async (walls: Walls | undefined): Promise<DriverHarness> => {
  const root = await mkdtemp(join(tmpdir(), 'threadbox-sandboxes-'));
  const driver = createLocalDriver({
    root,
    natsUrl: 'nats://127.0.0.1:1',
    modelUrl: 'http://127.0.0.1:1',
    command: [process.execPath, probe],
    path: process.env['PATH'] ?? '',
    walls,
  });
  const workspace = (id: string, path: string): string => join(root, id, 'workspace', path);
  return {
    driver,
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
    end: async () => {
      await driver.close();
      await rm(root, { recursive: true, force: true });
    },
  };
};

driverContract('local, without walls', () => underTest(undefined));
driverContract('local', async () => underTest(await makeWalls()));
