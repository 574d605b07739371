/**
 * A whole Threadbox whose sandboxes are pods: every service, the real runner and the real agent; the cluster is the stand-in
 * of the sandbox service's own tests.
 */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  startTestCluster,
  type TestCluster,
} from '../../../services/sandbox/src/adapters/kubernetes/testing/cluster.ts';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const IMAGE = 'registry.test/threadbox-sandbox:1';

let cluster: TestCluster;
let stage: Stage;
let ana: ReturnType<typeof webClient>;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
const says = (text: string) => until(() => expect(ana.answers().some((answer) => answer.text === text)).toBe(true));
const sandboxes = () =>
  cluster.store.list('pods').filter(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'] !== undefined);

beforeAll(async () => {
  cluster = await startTestCluster({
    [IMAGE]: {
      command: [process.execPath, join(ROOT, 'services/runner/src/main.ts')],
      readable: ['node_modules', 'libs', 'schemas', 'services/runner', 'package.json'].map((path) => join(ROOT, path)),
    },
  });
  stage = await openStage({
    SANDBOX_DRIVER: 'kubernetes',
    KUBECONFIG: cluster.kubeconfig,
    SANDBOX_NAMESPACE: cluster.namespace,
    SANDBOX_IMAGE: IMAGE,
    SANDBOX_DISK_MB: '100',
    IDLE_AFTER_SECONDS: '4',
    WARM_SANDBOXES: '1',
  });
  ana = webClient(() => stage.box, 'pods');
  await ana.say('hello');
  await until(() => expect(ana.messages().at(-1)?.text).toContain('Are you my owner?'));
  await ana.press('Yes');
  await until(() => expect(ana.answers().at(-1)?.text).toContain('rehearsal'));
});
afterAll(async () => {
  ana.close();
  await stage.stop();
  await cluster.end();
});

describe('a thread whose sandbox is a pod', () => {
  it('was given one that waited', () => {
    expect(sandboxes().map(({ metadata }) => metadata.name)).toEqual([expect.stringMatching(/^warm-/)]);
  });

  it('goes on after its pod was put out', async () => {
    await ana.say('say before');
    await says('before');
    const [pod] = sandboxes();
    cluster.kubelet.evict(pod?.metadata.name ?? '', 'The node was low on resource: memory.');
    await ana.say('say after');
    await says('after');
    expect(sandboxes()[0]?.metadata.uid).not.toBe(pod?.metadata.uid);
  });

  it('keeps its pod while the sandbox service is killed and comes back', async () => {
    const [pod] = sandboxes();
    stage.box.kill('sandbox');
    await ana.say('say meanwhile');
    await says('meanwhile');
    expect(sandboxes()[0]?.metadata.uid).toBe(pod?.metadata.uid);
  });

  it('sleeps without a pod when nobody speaks, and wakes with its files', async () => {
    await until(() => expect(sandboxes()).toEqual([]));
    expect(cluster.store.list('secrets').filter(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'])).toEqual(
      [],
    );
    await ana.say('say awake');
    await says('awake');
    expect(sandboxes()).toHaveLength(1);
  });

  it('leaves nothing behind when it is closed', async () => {
    await ana.say('/claude close');
    await until(() => {
      for (const resource of ['pods', 'secrets', 'persistentvolumeclaims'] as const)
        expect(
          cluster.store.list(resource).filter(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox']),
        ).toEqual([]);
    });
  });
});
