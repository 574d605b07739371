/**
 * A stand-in for a Kubernetes cluster: an API server that speaks the real protocol and refuses what a real one would, the
 * controllers that sandboxes depend on, and one node whose containers are processes of this machine. There is nothing of a real
 * cluster in it; `npm run test:k8s` is the test for that.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBubblewrap } from '@threadbox/tool-infrastructure';
import type { Quota } from './admission.ts';
import { startApiServer } from './api-server.ts';
import type { Image } from './container.ts';
import { runControllers } from './controllers.ts';
import { runKubelet } from './kubelet.ts';
import { createStore } from './store.ts';

/** Starts one, in a folder of its own. `end` leaves nothing behind. */
export const startTestCluster = async (images: Readonly<Record<string, Image>>) => {
  const root = await mkdtemp(join(tmpdir(), 'threadbox-cluster-'));
  const bubblewrap = await findBubblewrap({ home: join(tmpdir(), 'threadbox-cache'), progress: () => undefined });
  const store = createStore('sandboxes');
  const token = 'the token of the sandbox service';
  const rules: { quota: Quota; slowness: number } = { quota: {}, slowness: 0 };
  const api = await startApiServer({ store, token, quota: () => rules.quota });
  const controllers = runControllers(store);
  const kubelet = runKubelet({
    store,
    root,
    bubblewrap,
    images: new Map(Object.entries(images)),
    slowness: () => rules.slowness,
  });
  const kubeconfig = join(root, 'kubeconfig.json');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server: api.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: { token } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return {
    namespace: store.namespace,
    kubeconfig,
    store,
    api,
    kubelet,
    /** What the cluster allows, and how slow it is; may be changed at any time. */
    rules,
    /** Where the files of a sandbox's workspace are; undefined for one that has none. */
    workspaceOf: (sandbox: string): string | undefined => {
      const claim = store
        .list('persistentvolumeclaims')
        .find(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'] === sandbox);
      return claim && join(root, 'volumes', claim.metadata.uid, 'workspace');
    },
    end: async (): Promise<void> => {
      controllers.stop();
      await kubelet.close();
      await api.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
export type TestCluster = Awaited<ReturnType<typeof startTestCluster>>;
