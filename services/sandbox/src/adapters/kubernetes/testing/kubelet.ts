/**
 * Of the stand-in for a cluster: its one node. It takes pods, runs their containers, and reports how they are, as a kubelet
 * does; and does on demand what happens to nodes.
 */
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { watchLimits, type Watched } from '../../limits.ts';
import { startContainer, type Container, type Image } from './container.ts';
import { timestamp, type Store, type Stored } from './store.ts';
import { quantity } from './validation.ts';

/** What a node is told of a container's state. */
type State = Record<string, unknown>;

const asPod = (object: Stored): V1Pod => object as unknown as V1Pod;

/** Runs the pods of a store. */
export const runKubelet = (options: {
  store: Store;
  root: string;
  bubblewrap: string;
  images: ReadonlyMap<string, Image>;
  /** Milliseconds that an image takes to come and a container to be made. */
  slowness: () => number;
}) => {
  const { store, root, bubblewrap, images, slowness } = options;
  const containers = new Map<string, Container>();
  const busy = new Map<string, Promise<void>>();
  let isFull = false;
  let isLost = false;
  let closed = false;

  const report = (name: string, uid: string, status: Record<string, unknown>): void => {
    if (isLost || store.get('pods', name)?.metadata.uid !== uid) return;
    store.update('pods', name, (object) => {
      object['status'] = { ...(object['status'] as object), ...status };
    });
  };
  const condition = (type: string, isTrue: boolean, reason = '', message = '') => ({
    type,
    status: isTrue ? 'True' : 'False',
    ...(reason && { reason, message }),
    lastTransitionTime: timestamp(),
  });
  const statusOf = (pod: V1Pod, phase: string, state: State, reason?: { reason: string; message: string }) => ({
    phase,
    ...reason,
    conditions: [condition('PodScheduled', true), condition('Ready', 'running' in state)],
    containerStatuses: [
      {
        name: pod.spec?.containers[0]?.name,
        image: pod.spec?.containers[0]?.image,
        ready: 'running' in state,
        restartCount: 0,
        state,
      },
    ],
  });

  const watchEnd = async (pod: V1Pod, container: Container): Promise<void> => {
    const { name = '', uid = '' } = pod.metadata ?? {};
    const [code, signal] = await container.ended;
    containers.delete(uid);
    const reason = overs.get(uid);
    if (reason?.startsWith('Evicted')) {
      report(name, uid, {
        ...statusOf(pod, 'Failed', { terminated: { exitCode: 137 } }, { reason: 'Evicted', message: reason.slice(9) }),
      });
    } else {
      const exitCode = signal ? 137 : (code ?? 1);
      const why = reason ?? (exitCode === 0 ? 'Completed' : 'Error');
      const terminated = { exitCode, reason: why, finishedAt: timestamp() };
      report(name, uid, statusOf(pod, exitCode === 0 ? 'Succeeded' : 'Failed', { terminated }));
    }
    overs.delete(uid);
    finishDeletion(name, uid);
  };
  const overs = new Map<string, string>();

  const finishDeletion = (name: string, uid: string): void => {
    const now = store.get('pods', name);
    if (!isLost && now?.metadata.uid === uid && now.metadata.deletionTimestamp !== undefined)
      store.remove('pods', name);
  };

  const run = async (pod: V1Pod): Promise<void> => {
    const { name = '', uid = '' } = pod.metadata ?? {};
    const wanted = pod.spec?.containers[0]?.image ?? '';
    if (pod.spec?.restartPolicy !== 'Never') throw new Error('the stand-in starts nothing again');
    await new Promise((resolve) => setTimeout(resolve, slowness()));
    const image = images.get(wanted);
    if (!image) {
      const message = `Back-off pulling image "${wanted}": ErrImagePull: failed to resolve reference "${wanted}": not found`;
      return report(name, uid, statusOf(pod, 'Pending', { waiting: { reason: 'ImagePullBackOff', message } }));
    }
    for (const volume of pod.spec.volumes ?? [])
      if (volume.persistentVolumeClaim)
        store.update('persistentvolumeclaims', volume.persistentVolumeClaim.claimName, (claim) => {
          claim['status'] = { phase: 'Bound' };
        });
    const container = await startContainer({ pod, image, store, root, bubblewrap });
    if ('missing' in container) {
      if (!store.get('events', `${name}.failedmount`))
        store.create('events', {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: `${name}.failedmount` } as Stored['metadata'],
          involvedObject: { kind: 'Pod', name, uid },
          type: 'Warning',
          reason: 'FailedMount',
          message: container.missing,
        });
      return report(name, uid, statusOf(pod, 'Pending', { waiting: { reason: 'ContainerCreating' } }));
    }
    if (store.get('pods', name)?.metadata.uid !== uid || closed) return container.kill();
    containers.set(uid, container);
    report(name, uid, statusOf(pod, 'Running', { running: { startedAt: timestamp() } }));
    void watchEnd(pod, container);
  };

  const sync = async (object: Stored): Promise<void> => {
    const pod = asPod(object);
    const { name, uid } = object.metadata;
    const container = containers.get(uid);
    if (object.metadata.deletionTimestamp !== undefined) {
      if (container) await container.end(object.metadata.deletionGracePeriodSeconds ?? 0);
      return finishDeletion(name, uid);
    }
    if (!pod.spec?.nodeName) {
      const message = '0/1 nodes are available: 1 Insufficient cpu.';
      if (isFull)
        return report(name, uid, { conditions: [condition('PodScheduled', false, 'Unschedulable', message)] });
      store.update('pods', name, (bound) => {
        bound['spec'] = { ...(bound['spec'] as object), nodeName: 'node-1' };
      });
    }
    if (!container && pod.status?.phase === 'Pending') await run(pod);
  };
  /** Brings every pod in line; what is being done already is looked at again behind it. */
  const syncAll = (): void => {
    if (isLost || closed) return;
    for (const object of store.list('pods')) {
      const { uid, name } = object.metadata;
      if (busy.has(uid)) continue;
      const work = sync(object)
        .catch((error: unknown) => console.error('the stand-in’s node failed:', error))
        .finally(() => {
          busy.delete(uid);
          const now = store.get('pods', name);
          const isWaiting = asPod(now ?? object).status?.phase === 'Pending' || now?.metadata.deletionTimestamp;
          if (now && isWaiting) setTimeout(syncAll, 100).unref();
        });
      busy.set(uid, work);
    }
    for (const [uid, container] of containers) if (!store.hasUid(uid)) void container.kill();
  };
  let isDue = false;
  const unsubscribe = store.subscribe(() => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      syncAll();
    });
  });

  const containerOf = (sandbox: string): Container | undefined =>
    store
      .list('pods')
      .filter(({ metadata }) => metadata.labels?.['threadbox.dev/sandbox'] === sandbox || metadata.name === sandbox)
      .flatMap(({ metadata }) => containers.get(metadata.uid) ?? [])[0];
  const uidOf = (container: Container): string => [...containers].find(([, one]) => one === container)?.[0] ?? '';

  // What a kernel does for a real node, a look every quarter of a second does here.
  const watched = (): ReadonlyMap<string, Watched> =>
    new Map([...containers].map(([uid, { namespace }]) => [uid, { namespace, folder: join(root, 'pods', uid) }]));
  const memory = (): number =>
    Math.min(
      ...store.list('pods').map((pod) => quantity(asPod(pod).spec?.containers[0]?.resources?.limits?.['memory'] ?? '')),
      Infinity,
    );
  const limits = watchLimits({
    limits: {
      get memory() {
        return memory();
      },
      processes: Infinity,
      cpus: Infinity,
      disk: Infinity,
    },
    sandboxes: watched,
    onOver: (uid) => {
      overs.set(uid, 'OOMKilled');
      void containers.get(uid)?.kill();
    },
  });

  return {
    /** A sandbox's container, or that of the pod of this name. */
    containerOf,
    /** A node that needs its own memory, or a pod that wrote too much: puts a pod out. */
    evict: (sandbox: string, message: string): void => {
      const container = containerOf(sandbox);
      if (!container) throw new Error('nothing runs there');
      overs.set(uidOf(container), `Evicted: ${message}`);
      void container.kill();
    },
    /** No room for another pod, or room again. */
    full: (value: boolean): void => {
      isFull = value;
      syncAll();
    },
    /** The node stops answering; the cluster deletes its pods, and nobody says that they ended. */
    lose: (): void => {
      isLost = true;
      for (const { metadata } of store.list('pods'))
        store.update('pods', metadata.name, (object) => {
          object.metadata.deletionTimestamp = timestamp();
          object.metadata.deletionGracePeriodSeconds = 0;
        });
    },
    /** Another node takes its place; what ran on the first one is over. */
    replace: async (): Promise<void> => {
      await Promise.all([...containers.values()].map((container) => container.kill()));
      isLost = false;
      syncAll();
    },
    close: async (): Promise<void> => {
      closed = true;
      limits.stop();
      unsubscribe();
      await Promise.all(busy.values());
      await Promise.all([...containers.values()].map((container) => container.kill()));
    },
  };
};
