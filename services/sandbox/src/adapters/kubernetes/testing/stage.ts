/** Of the tests with a stand-in for a cluster: one for each test, drivers for it, and what they tell. */
import { deriveId } from '@threadbox/schemas';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { startTestCluster, type TestCluster } from './cluster.ts';
import { createTestDriver, PROBE_IMAGES } from './driver.ts';

/** What a driver told of a sandbox. */
export type Told = [id: string, reason: string, how: string];

/** Two sandboxes. */
export const id = deriveId('faults', 1);
export const other = deriveId('faults', 2);
export const spec = (sandbox = id) => ({ id: sandbox, agent: 'echo', natsCreds: 'c', modelToken: 't' });
/** How long things may take, for `vi.waitFor`. */
export const wait = { timeout: 20_000, interval: 20 };
/** A text with these words in it. */
export const words = (text: string) => expect.stringContaining(text) as string;

/** Gives each test of a file a cluster, and ends it with all drivers that were opened. */
export const useCluster = () => {
  let cluster: TestCluster;
  const drivers: Array<ReturnType<typeof createTestDriver>> = [];
  beforeEach(async () => {
    cluster = await startTestCluster(PROBE_IMAGES);
  });
  afterEach(async () => {
    await Promise.all(drivers.splice(0).map((driver) => driver.close()));
    await cluster.end();
  });
  const podOf = (sandbox: string) =>
    cluster.store.list('pods').filter(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'] === sandbox);
  return {
    now: () => cluster,
    podOf,
    /** A driver that watches, and all that it tells. */
    open: async (options: Parameters<typeof createTestDriver>[1] = {}) => {
      const driver = createTestDriver(cluster, options);
      drivers.push(driver);
      const exits: Told[] = [];
      driver.onExit((...exit) => exits.push(exit));
      await driver.watching;
      return { driver, exits };
    },
    /** Resolves once a sandbox's only pod runs. */
    runs: (sandbox = id) =>
      vi.waitFor(() => expect(podOf(sandbox)).toMatchObject([{ status: { phase: 'Running' } }]), wait),
    crash: async (sandbox = id) => cluster.kubelet.containerOf(sandbox)?.signal('SIGKILL'),
    /** Resolves once exactly this was told. */
    told: (exits: Told[], ...expected: Told[]) => vi.waitFor(() => expect(exits).toEqual(expected), wait),
  };
};
