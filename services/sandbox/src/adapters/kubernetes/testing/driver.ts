/** Of the tests with a stand-in for a cluster: a driver for it, and the images that its node has. */
import { join } from 'node:path';
import { connectCluster } from '../cluster.ts';
import { createKubernetesDriver } from '../kubernetes-driver.ts';
import type { PodSettings } from '../objects.ts';
import type { Patience } from '../verdict.ts';
import { createWarmPool } from '../warm-pool.ts';
import type { TestCluster } from './cluster.ts';
import type { Image } from './container.ts';

const probe = join(import.meta.dirname, '../../probe.ts');
const PROBE = 'registry.test/probe:1';

/** A node's images: the probe of the driver contract. */
export const PROBE_IMAGES: Readonly<Record<string, Image>> = {
  [PROBE]: { command: [process.execPath, probe], readable: [process.execPath, probe] },
};

/** How sandboxes are made on the stand-in. */
const testPods = (peer: number): PodSettings => ({
  image: PROBE,
  cpu: '1',
  memoryMb: 300,
  diskMb: 100,
  tmpMb: 64,
  natsUrl: `nats://127.0.0.1:${peer}`,
  modelUrl: `http://127.0.0.1:${peer}`,
});

/** A driver, as one process of the sandbox service has it. Ask it for `watching` before something is to be told. */
export const createTestDriver = (
  cluster: TestCluster,
  options: {
    peer?: number;
    patience?: Partial<Patience>;
    pods?: Partial<PodSettings>;
    pool?: Pick<Parameters<typeof createWarmPool>[0], 'size' | 'mint' | 'nc'>;
  } = {},
) => {
  const common = {
    cluster: connectCluster(cluster),
    pods: { ...testPods(options.peer ?? 1), ...options.pods },
    patience: { start: 60_000, image: 60_000, node: 60_000, ...options.patience },
    log: { warn: () => undefined },
  };
  return createKubernetesDriver({
    ...common,
    ...(options.pool && { pool: createWarmPool({ ...common, ...options.pool }) }),
  });
};
