import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverContract } from './driver-contract.ts';
import { createLocalDriver } from './local-driver.ts';
import { processesOf } from './processes.ts';

driverContract('local', async () => {
  const root = await mkdtemp(join(tmpdir(), 'threadbox-sandboxes-'));
  const driver = createLocalDriver({
    root,
    natsUrl: 'nats://127.0.0.1:1',
    modelUrl: 'http://127.0.0.1:1',
    command: [process.execPath, join(import.meta.dirname, 'probe.ts')],
    path: process.env['PATH'] ?? '',
  });
  const workspace = (id: string, path: string): string => join(root, id, 'workspace', path);
  return {
    driver,
    read: (id, path) => readFile(workspace(id, path), 'utf8').catch(() => undefined),
    write: (id, path, text) => writeFile(workspace(id, path), text),
    processes: async (id) => (await processesOf(join(root, id))).length,
    crash: async (id) => {
      const runner = (await processesOf(join(root, id))).toSorted((a, b) => a - b)[0];
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
});
