/** The pool of waiting pods: real runners, a real NATS with its real permissions, and the stand-in for a cluster. */
import { join, resolve } from 'node:path';
import { AckPolicy } from '@nats-io/jetstream';
import { mintSandboxCredentials, mintWarmCredentials } from '@threadbox/credentials';
import { compose, type Bus } from '@threadbox/messaging';
import { deriveId, runnerDurable, sandboxSubject, streams, type SandboxOutput } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PodSettings } from './objects.ts';
import { beginDeletion } from './testing/controllers.ts';
import { createTestDriver } from './testing/driver.ts';
import { startTestCluster, type TestCluster } from './testing/cluster.ts';
import { timestamp } from './testing/store.ts';

const ROOT = resolve(import.meta.dirname, '../../../../..');
const RUNNER = 'registry.test/sandbox:1';
const BROKEN = 'registry.test/broken:1';
const images = {
  [BROKEN]: { command: ['false'], readable: [] },
  [RUNNER]: {
    command: [process.execPath, join(ROOT, 'services/runner/src/main.ts')],
    readable: ['node_modules', 'libs', 'schemas', 'services/runner', 'package.json'].map((path) => join(ROOT, path)),
  },
};

let nats: TestNats;
let admin: Bus;
let service: Bus;
let cluster: TestCluster;
const drivers: Array<ReturnType<typeof createTestDriver>> = [];
let count = 0;
let id: string;
const wait = { timeout: 20_000, interval: 20 };

const open = async (size: number, settings: Partial<PodSettings> = {}) => {
  const driver = createTestDriver(cluster, {
    pods: { image: RUNNER, natsUrl: nats.url, ...settings },
    pool: {
      size,
      nc: service.nc,
      mint: (warmId) => mintWarmCredentials({ ...nats.warmSigner, warmId, expiresIn: 3600 }),
    },
  });
  drivers.push(driver);
  await driver.watching;
  return driver;
};
const pods = (label: string, value?: string) =>
  cluster.store
    .list('pods')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ metadata: { labels } }) =>
      value === undefined ? labels?.[label] !== undefined : labels?.[label] === value,
    );
const ofSandbox = (sandbox = id) => pods('threadbox.dev/sandbox', sandbox);
const volumesOf = () =>
  cluster.store
    .list('persistentvolumeclaims')
    .filter(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'] === id);
/** As many wait as should, and all of them listen. */
const filled = (size: number) =>
  vi.waitFor(() => {
    const waiting = pods('threadbox.dev/pool');
    expect(waiting).toHaveLength(size);
    for (const { metadata } of waiting)
      expect(cluster.kubelet.containerOf(metadata.name)?.log()).toContain('"waiting"');
    return waiting.map(({ metadata }) => metadata.name);
  }, wait);

/** A minute goes by for all pods: who comes now finds them there. */
const age = (): void => {
  for (const { metadata } of cluster.store.list('pods'))
    cluster.store.update('pods', metadata.name, (pod) => {
      pod.metadata.creationTimestamp = timestamp(Date.now() - 60_000);
    });
};

const spec = async (sandbox = id) => {
  await admin.jsm.consumers.add(streams.sandbox, {
    durable_name: runnerDurable(sandbox),
    filter_subject: sandboxSubject(sandbox, 'in'),
    ack_policy: AckPolicy.Explicit,
  });
  const natsCreds = await mintSandboxCredentials({ ...nats.sandboxSigner, sandboxId: sandbox, expiresIn: 3600 });
  return { id: sandbox, agent: 'echo', natsCreds, modelToken: 'a token for egress' };
};
/** What the sandbox's agent says to this. */
const ask = async (text: string, sandbox = id, turn = 1): Promise<string> => {
  const answer = new Promise<string>((done) => {
    void (async () => {
      const consumer = await admin.js.consumers.get(streams.sandbox, {
        filter_subjects: sandboxSubject(sandbox, 'out'),
      });
      for await (const message of await consumer.consume()) {
        const output = message.json<SandboxOutput>();
        if (output.type === 'turn-finished' && output.data.turn === turn) return done(JSON.stringify(output.data));
      }
    })();
  });
  const given = compose<string, unknown>({
    type: 'turn-given',
    data: { turn, text, author: 'Ada', files: [] },
    id: deriveId(sandbox, 'turn', turn),
    correlation: deriveId(sandbox),
  });
  await admin.js.publish(sandboxSubject(sandbox, 'in'), JSON.stringify(given), { msgID: given.id });
  return answer;
};

beforeAll(async () => {
  nats = await testNats();
  admin = await nats.connect('admin');
  service = await nats.connect('sandbox');
});
afterAll(async () => {
  await service.close();
  await admin.close();
  await nats.stop();
});
beforeEach(async () => {
  count += 1;
  id = deriveId('warm', count);
  cluster = await startTestCluster(images);
});
afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
  await cluster.end();
});

describe('the pool', () => {
  it('gives a waiting pod to a new sandbox, which works at once, and fills up behind it', async () => {
    const driver = await open(2);
    const before = await filled(2);
    await driver.start(await spec());
    expect(before).toContain(ofSandbox()[0]?.metadata.name);
    expect(await ask('hello')).toContain('hello');
    expect(await driver.list()).toEqual([{ id, running: true }]);
    expect(cluster.kubelet.containerOf(id)?.log()).toContain('"ready"');
    await filled(2);
  });

  it('is what its sandboxes sleep, wake and go like any other from', async () => {
    const driver = await open(1);
    const [name] = await filled(1);
    await driver.start(await spec());
    expect(await ask('one')).toContain('one');
    await driver.stop(id);
    expect(await driver.list()).toEqual([{ id, running: false }]);
    await driver.start(await spec());
    expect(await ask('two', id, 2)).toContain('two');
    expect(cluster.workspaceOf(id)).toContain(cluster.store.get('persistentvolumeclaims', name ?? '')?.metadata.uid);
    await driver.remove(id);
    expect(await driver.list()).toEqual([]);
    await vi.waitFor(() => expect(cluster.store.list('persistentvolumeclaims')).toHaveLength(1), wait);
  });

  it('never gives one pod to two sandboxes', async () => {
    const [one, two] = [await open(1), await open(1)];
    await filled(1);
    const other = deriveId('warm', count, 'other');
    await Promise.all([one.start(await spec()), two.start(await spec(other))]);
    const [first, second] = await Promise.all([ask('first'), ask('second', other)]);
    expect([first, second]).toEqual([expect.stringContaining('first'), expect.stringContaining('second')]);
    expect(ofSandbox()).toHaveLength(1);
    expect(ofSandbox(other)).toHaveLength(1);
  });

  it('never gives two pods to one sandbox', async () => {
    const [one, two] = [await open(2), await open(2)];
    await filled(2);
    const given = await spec();
    const results = await Promise.allSettled([one.start(given), two.start(given), one.start(given)]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    // Who was told that somebody else is at it asks again, as the keeper does.
    await vi.waitFor(() => two.start(given), wait);
    expect(await ask('hello')).toContain('hello');
    expect(ofSandbox()).toHaveLength(1);
    expect(volumesOf()).toHaveLength(1);
  });

  it('gives up a pod that does not answer, and starts cold', async () => {
    const driver = await open(1);
    const [name = ''] = await filled(1);
    await cluster.kubelet.containerOf(name)?.signal('SIGSTOP');
    await driver.start(await spec());
    expect(ofSandbox().map(({ metadata }) => metadata.name)).toEqual([`sandbox-${id}`]);
    expect(await ask('hello')).toContain('hello');
    expect(cluster.store.get('pods', name)).toBeUndefined();
  });

  it('lets who was too slow give back what it took', async () => {
    const driver = await open(1);
    const [name = ''] = await filled(1);
    const given = await spec();
    // Another one has taken over between the taking of the pod and the end of the claim.
    const unsubscribe = cluster.store.subscribe(({ resource, object }) => {
      if (resource !== 'pods' || object.metadata.labels?.['threadbox.dev/sandbox'] !== id) return;
      unsubscribe();
      cluster.store.remove('secrets', `sandbox-${id}`);
    });
    await expect(driver.start(given)).rejects.toMatchObject({ name: 'Busy' });
    await driver.start(given);
    expect(await ask('hello')).toContain('hello');
    expect(cluster.store.get('persistentvolumeclaims', name)).toBeUndefined();
    expect(volumesOf()).toHaveLength(1);
  });

  it.each([
    ['its volume was taken', 'patch pods'],
    ['its pod was taken', 'patch secrets'],
    ['the claim was begun', 'patch persistentvolumeclaims'],
  ])('lets a sandbox come up whose claimer died when %s', async (_name, verb) => {
    const driver = await open(1);
    await filled(1);
    const given = await spec();
    cluster.api.fail(verb, 'hang up');
    await expect(driver.start(given)).rejects.toThrow();
    // Half a minute later; until then it may still be at it.
    await expect(driver.start(given)).rejects.toMatchObject({ name: 'Busy' });
    for (const resource of ['pods', 'secrets', 'persistentvolumeclaims'] as const)
      for (const { metadata } of cluster.store.list(resource))
        cluster.store.update(resource, metadata.name, ({ metadata: { annotations = {} } }) => {
          for (const key of ['threadbox.dev/claimed', 'threadbox.dev/claiming'])
            if (annotations[key]) annotations[key] = new Date(Date.now() - 60_000).toISOString();
        });
    await driver.start(given);
    expect(await ask('hello')).toContain('hello');
    expect(ofSandbox()).toHaveLength(1);
    expect(volumesOf()).toHaveLength(1);
    // Nobody else holds its volume.
    const [volume] = volumesOf();
    const holders = cluster.store
      .list('pods')
      .filter((pod) => JSON.stringify(pod).includes(`"claimName":"${volume?.metadata.name}"`));
    expect(holders.map(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'])).toEqual([id]);
  });

  it('replaces pods that died, were made by other settings, or are too many', async () => {
    const driver = await open(2);
    const [first = ''] = await filled(2);
    await cluster.kubelet.containerOf(first)?.signal('SIGKILL');
    await vi.waitFor(() => expect(cluster.store.get('pods', first)).toBeUndefined(), wait);
    const before = await filled(2);
    await driver.close();
    const fewer = await open(1);
    const after = await filled(1);
    expect(before).toEqual(expect.arrayContaining(after));
    await fewer.close();
    age();
    const other = await open(1, { cpu: '2' });
    await vi.waitFor(() => expect(cluster.store.get('pods', after[0] ?? '')).toBeUndefined(), wait);
    await filled(1);
    await other.close();
    age();
    await open(0);
    await vi.waitFor(() => expect(cluster.store.list('pods')).toEqual([]), wait);
    await vi.waitFor(() => expect(cluster.store.list('persistentvolumeclaims')).toEqual([]), wait);
  });

  it('makes what breaks at once more and more slowly', async () => {
    await open(1, { image: BROKEN });
    const made: number[] = [];
    cluster.store.subscribe(({ type, resource }) => {
      if (type === 'ADDED' && resource === 'pods') made.push(Date.now());
    });
    await vi.waitFor(() => expect(made).toHaveLength(3), wait);
    // One second before the second, two before the third: no machine is so slow that it were less.
    expect((made[2] ?? 0) - (made[0] ?? 0)).toBeGreaterThanOrEqual(2900);
  });

  it('of two versions of the service do not end each other’s pods', async () => {
    const old = await open(1);
    const [first = ''] = await filled(1);
    age();
    await open(1, { cpu: '2' });
    // The new one ends what was there; the old one makes another, and both stay.
    await vi.waitFor(() => expect(cluster.store.get('pods', first)).toBeUndefined(), wait);
    await vi.waitFor(() => expect(pods('threadbox.dev/pool')).toHaveLength(2), wait);
    const both = pods('threadbox.dev/pool').map(({ metadata }) => metadata.name);
    await filled(2);
    expect(pods('threadbox.dev/pool').map(({ metadata }) => metadata.name)).toEqual(both);
    await old.start(await spec());
    expect(await ask('hello')).toContain('hello');
  });

  it('is nobody’s sandbox: it is not listed, and what happens to it is not told', async () => {
    const driver = await open(1);
    const exits: string[] = [];
    driver.onExit((sandbox) => exits.push(sandbox));
    const [name = ''] = await filled(1);
    expect(await driver.list()).toEqual([]);
    const pod = cluster.store.get('pods', name);
    if (pod) beginDeletion(cluster.store, 'pods', pod);
    const [next] = await filled(1);
    expect(next).not.toBe(name);
    await driver.start(await spec());
    expect(exits).toEqual([]);
  });
});
