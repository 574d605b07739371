/** The driver contract, through the real client library, against the stand-in for a cluster. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { driverContract, type DriverHarness } from '../driver-contract.ts';
import { startPeer } from '../peer.ts';
import { createTestDriver, PROBE_IMAGES } from './testing/driver.ts';
import { startTestCluster } from './testing/cluster.ts';

const underTest = async (): Promise<DriverHarness> => {
  const cluster = await startTestCluster(PROBE_IMAGES);
  const peer = await startPeer('127.0.0.1', 0);
  const another = () => createTestDriver(cluster, { peer: peer.port });
  const driver = another();
  await driver.watching;
  const drivers = [driver];
  return {
    driver,
    another: () => {
      const next = another();
      drivers.push(next);
      return next;
    },
    read: async (id, path) =>
      readFile(join(cluster.workspaceOf(id) ?? '/nowhere', path), 'utf8').catch(() => undefined),
    write: (id, path, text) => writeFile(join(cluster.workspaceOf(id) ?? '/nowhere', path), text),
    processes: async (id) => (await cluster.kubelet.containerOf(id)?.processes())?.length ?? 0,
    crash: async (id) => cluster.kubelet.containerOf(id)?.signal('SIGKILL'),
    isGone: (id) =>
      Promise.resolve(
        (['pods', 'secrets', 'persistentvolumeclaims'] as const).every((resource) =>
          cluster.store.list(resource).every(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'] !== id),
        ),
      ),
    refuse: () => {
      cluster.rules.quota = { pods: 0 };
      return Promise.resolve();
    },
    end: async () => {
      await Promise.all(drivers.map((one) => one.close()));
      peer.close();
      await cluster.end();
    },
  };
};

driverContract('kubernetes', underTest, { walls: true });
