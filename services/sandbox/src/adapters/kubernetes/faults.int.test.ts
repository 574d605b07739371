/** What goes wrong in clusters, and what of it is told: on the stand-in, through the real client library. */
import { deriveId } from '@threadbox/schemas';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SandboxUnavailable } from '../driver.ts';
import { beginDeletion } from './testing/controllers.ts';
import { createTestDriver, PROBE_IMAGES } from './testing/driver.ts';
import { startTestCluster, type TestCluster } from './testing/cluster.ts';

type TestDriver = ReturnType<typeof createTestDriver>;
type Exit = [id: string, reason: string, how: string];

let cluster: TestCluster;
const drivers: TestDriver[] = [];
const id = deriveId('faults', 1);
const other = deriveId('faults', 2);
const spec = (sandbox = id) => ({ id: sandbox, agent: 'echo', natsCreds: 'c', modelToken: 't' });
const wait = { timeout: 20_000, interval: 20 };

/** A driver that watches, and all that it tells. */
const open = async (options: Parameters<typeof createTestDriver>[1] = {}) => {
  const driver = createTestDriver(cluster, options);
  drivers.push(driver);
  const exits: Exit[] = [];
  driver.onExit((...exit) => exits.push(exit));
  await driver.watching;
  return { driver, exits };
};
const podOf = (sandbox: string) =>
  cluster.store.list('pods').filter(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'] === sandbox);
const runs = (sandbox = id) =>
  vi.waitFor(() => expect(podOf(sandbox)).toMatchObject([{ status: { phase: 'Running' } }]), wait);
const crash = (sandbox = id) => cluster.kubelet.containerOf(sandbox)?.signal('SIGKILL');
const told = (exits: Exit[], ...expected: Exit[]) => vi.waitFor(() => expect(exits).toEqual(expected), wait);
const words = (text: string) => expect.stringContaining(text) as string;

beforeEach(async () => {
  cluster = await startTestCluster(PROBE_IMAGES);
});
afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  await cluster.end();
});

describe('a watch', () => {
  const starts = async () => {
    const opened = await open();
    await Promise.all([opened.driver.start(spec()), opened.driver.start(spec(other))]);
    await Promise.all([runs(), runs(other)]);
    return opened;
  };
  const died = (sandbox: string): Exit => [sandbox, words('its runner ended'), 'died'];

  it('goes on where its connection broke', async () => {
    const { exits } = await starts();
    cluster.api.watches.drop();
    await crash();
    await told(exits, died(id));
    await crash(other);
    await told(exits, died(id), died(other));
    expect(cluster.api.requests.filter((request) => request === 'watch pods').length).toBeGreaterThan(1);
  });

  it.each([
    ['in its stream', () => undefined],
    ['as an answer', () => cluster.api.fail('watch pods', { code: 410, message: 'too old resource version' })],
  ])('lists anew where the cluster has forgotten, said %s', async (_name, prepare) => {
    const { exits } = await starts();
    const lists = () => cluster.api.requests.filter((request) => request === 'list pods').length;
    const before = lists();
    await cluster.api.close();
    await crash();
    await vi.waitFor(() => expect(podOf(id)).toMatchObject([{ status: { phase: 'Failed' } }]), wait);
    cluster.store.forget();
    prepare();
    await cluster.api.reopen();
    await told(exits, died(id));
    expect(lists()).toBeGreaterThan(before);
  });

  it('survives that the API server is away, and everything that it answers when it comes back', async () => {
    const { driver, exits } = await starts();
    await cluster.api.close();
    await expect(driver.start(spec(deriveId('faults', 3)))).rejects.not.toBeInstanceOf(SandboxUnavailable);
    cluster.api.fail(
      'watch pods',
      'hang up',
      { code: 503, message: 'apiserver is shutting down' },
      { code: 429, message: 'slow down' },
    );
    cluster.api.fail('list pods', { code: 500, message: 'etcdserver: leader changed' });
    await cluster.api.reopen();
    await crash(other);
    await told(exits, died(other));
  });

  it('tells what ended while nobody watched', async () => {
    const { driver } = await starts();
    await driver.close();
    await crash();
    await vi.waitFor(() => expect(podOf(id)).toMatchObject([{ status: { phase: 'Failed' } }]), wait);
    const { exits } = await open();
    await told(exits, died(id));
  });

  it('tells of a pod that somebody took away', async () => {
    const { exits } = await starts();
    for (const pod of podOf(id)) beginDeletion(cluster.store, 'pods', pod);
    await vi.waitFor(() => expect(exits).toMatchObject([[id, expect.any(String), 'died']]), wait);
  });
});

describe('several processes of the sandbox service', () => {
  it('make one pod of a sandbox, whoever comes first', async () => {
    const all = [await open(), await open(), await open()];
    await Promise.allSettled(all.map(({ driver }) => driver.start(spec())));
    await all[0]?.driver.start(spec());
    await runs();
    expect(cluster.api.requests.filter((request) => request === 'create pods').length).toBeGreaterThanOrEqual(1);
    expect(cluster.store.list('pods')).toHaveLength(1);
    expect(cluster.store.list('persistentvolumeclaims')).toHaveLength(1);
  });

  it('do not take for an accident what one of them ended', async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([one.driver.start(spec()), one.driver.start(spec(other))]);
    await Promise.all([runs(), runs(other)]);
    await one.driver.stop(id);
    await crash(other);
    await vi.waitFor(() => expect(two.exits).toEqual([[other, words('its runner ended'), 'died']]), wait);
  });

  it('leave sandboxes running when they end', async () => {
    const { driver } = await open();
    await driver.start(spec());
    await runs();
    await driver.close();
    expect(cluster.kubelet.containerOf(id)).toBeDefined();
    expect(podOf(id)).toMatchObject([{ status: { phase: 'Running' } }]);
    expect(podOf(id)[0]?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('a cluster that refuses', () => {
  it.each([
    [
      'pods',
      {
        code: 403,
        message: 'pods "x" is forbidden: exceeded quota: sandboxes, requested: pods=1, used: pods=5, limited: pods=5',
      },
      'quota for sandboxes is used up',
    ],
    [
      'pods',
      { code: 403, message: 'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true' },
      'rules forbid this pod',
    ],
    [
      'persistentvolumeclaims',
      { code: 403, message: 'User "x" cannot create resource "persistentvolumeclaims"' },
      'may not make its volume',
    ],
    ['secrets', { code: 401, message: 'Unauthorized' }, 'does not know the sandbox service'],
    ['pods', { code: 422, message: 'Pod "x" is invalid: spec.runtimeClassName' }, 'refused its pod'],
  ])('%s: %o is told in plain words', async (resource, failure, text) => {
    const { driver } = await open();
    cluster.api.fail(`create ${resource}`, failure);
    const error = await driver.start(spec()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SandboxUnavailable);
    expect(String(error)).toContain(text);
    // Once it is put right, the next attempt goes on with what is there.
    await driver.start(spec());
    await runs();
  });

  it('for a while is tried again by who asked, and is no reason to give up', async () => {
    const { driver } = await open();
    cluster.api.fail('create pods', { code: 500, message: 'etcdserver: request timed out' });
    await expect(driver.start(spec())).rejects.not.toBeInstanceOf(SandboxUnavailable);
    await driver.start(spec());
    await runs();
  });
});

describe('a pod that ends', () => {
  it('because its node needed room is told as a death, and starts again with its files', async () => {
    const { driver, exits } = await open();
    await driver.start(spec());
    await runs();
    cluster.kubelet.evict(id, 'The node was low on resource: memory.');
    await told(exits, [id, words('its machine ran short'), 'died']);
    const [volume] = cluster.store.list('persistentvolumeclaims');
    await driver.start(spec());
    await runs();
    expect(cluster.store.list('persistentvolumeclaims')[0]?.metadata.uid).toBe(volume?.metadata.uid);
  });

  it('because it wrote too much is not started again by itself', async () => {
    const { driver, exits } = await open();
    await driver.start(spec());
    await runs();
    cluster.kubelet.evict(id, 'Usage of EmptyDir volume "tmp" exceeds the limit "64Mi".');
    await told(exits, [id, words('it wrote more to its disk than it may'), 'over-limit']);
    // A service that was restarted would try: it says what happened instead.
    const next = await open();
    await told(next.exits, [id, words('it wrote more'), 'over-limit']);
    await next.driver.start(spec());
    expect(podOf(id)).toMatchObject([{ status: { phase: 'Failed' } }]);
    await next.driver.stop(id);
    await next.driver.start(spec());
    await runs();
  });

  it('with its node is made again elsewhere', async () => {
    const { driver, exits } = await open({ patience: { node: 300 } });
    await driver.start(spec());
    await runs();
    const [before] = podOf(id);
    cluster.kubelet.lose();
    await told(exits, [id, 'its machine is gone', 'died']);
    await driver.start(spec());
    expect(podOf(id)[0]?.metadata.uid).not.toBe(before?.metadata.uid);
    await cluster.kubelet.replace();
    await runs();
  });
});

describe('a pod that does not come up', () => {
  it('for its image says which, and what to do', async () => {
    const { driver, exits } = await open({ pods: { image: 'registry.test/nothing:9' }, patience: { image: 0 } });
    await driver.start(spec());
    await told(exits, [
      id,
      expect.stringMatching(/registry\.test\/nothing:9 cannot be pulled.*check SANDBOX_IMAGE/) as string,
      'cannot-start',
    ]);
  });

  it('for want of a machine says so', async () => {
    cluster.kubelet.full(true);
    // Times of a cluster have whole seconds.
    const { driver, exits } = await open({ patience: { start: 1500 } });
    await driver.start(spec());
    const expected = [id, words('no machine of the cluster has room'), 'cannot-start'];
    await vi.waitFor(() => expect(exits).toEqual([expected]), wait);
    cluster.kubelet.full(false);
  });

  it('for something that only the cluster knows quotes it', async () => {
    cluster.rules.slowness = 300;
    const { driver, exits } = await open({ patience: { start: 1500 } });
    await driver.start(spec());
    cluster.store.remove('secrets', `sandbox-${id}`);
    await told(exits, [
      id,
      expect.stringMatching(/did not come up within.*the cluster says: .*secret "sandbox-.*" not found/) as string,
      'cannot-start',
    ]);
  });
});

describe('what nobody needs', () => {
  const all = () =>
    (['pods', 'secrets', 'persistentvolumeclaims'] as const).flatMap((resource) => cluster.store.list(resource));

  it('goes with the pod: its secret; and with the volume: everything', async () => {
    const { driver } = await open();
    await driver.start(spec());
    await runs();
    for (const pod of podOf(id)) beginDeletion(cluster.store, 'pods', pod);
    await vi.waitFor(() => expect(all().map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim']), wait);
    await driver.start(spec());
    await runs();
    for (const claim of cluster.store.list('persistentvolumeclaims'))
      beginDeletion(cluster.store, 'persistentvolumeclaims', claim);
    await driver.stop(id);
    await vi.waitFor(() => expect(all()).toEqual([]), wait);
  });

  it.each(['create persistentvolumeclaims', 'create pods', 'patch secrets'])(
    'is found after a death at “%s”, and removed',
    async (verb) => {
      const { driver } = await open();
      cluster.api.fail(verb, 'hang up');
      await expect(driver.start(spec())).rejects.toThrow();
      expect(await driver.list()).toMatchObject([{ id }]);
      await driver.remove(id);
      expect(all()).toEqual([]);
    },
  );
});
