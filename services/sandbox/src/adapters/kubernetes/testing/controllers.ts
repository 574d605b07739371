/** Of the stand-in for a cluster: what its controllers do behind everybody's back. */
import type { V1Pod } from '@kubernetes/client-node';
import { resources, timestamp, type Resource, type Store, type Stored } from './store.ts';

/** Keeps a volume while a pod uses it. */
export const PROTECTION = 'kubernetes.io/pvc-protection';

const isUsed = (store: Store, claim: string): boolean =>
  store
    .list('pods')
    .map((pod) => pod as unknown as V1Pod)
    .filter(({ status }) => !['Failed', 'Succeeded'].includes(status?.phase ?? ''))
    .some(({ spec }) => spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === claim));

/** Starts deleting an object: at once, or when its node has ended it, or when nobody uses it any more. */
export const beginDeletion = (store: Store, resource: Resource, object: Stored, graceSeconds?: number): Stored => {
  const { name, deletionTimestamp } = object.metadata;
  const pod = object as unknown as V1Pod;
  const isOver = ['Failed', 'Succeeded'].includes(pod.status?.phase ?? '');
  const grace =
    resource === 'pods' && pod.spec?.nodeName && !isOver
      ? (graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30)
      : 0;
  const isHeld = (object.metadata.finalizers ?? []).length > 0;
  if (grace === 0 && !isHeld) {
    store.remove(resource, name);
    return object;
  }
  if (deletionTimestamp !== undefined) return object;
  return (
    store.update(resource, name, ({ metadata }) => {
      metadata.deletionTimestamp = timestamp(Date.now() + grace * 1000);
      metadata.deletionGracePeriodSeconds = grace;
    }) ?? object
  );
};

/** Collects what has lost all its owners, and lets go of volumes that nobody uses. Works a moment later, as the real ones do. */
export const runControllers = (store: Store): { stop: () => void } => {
  const sweep = (): void => {
    for (const resource of Object.keys(resources) as Resource[])
      for (const object of store.list(resource)) {
        const owners = object.metadata.ownerReferences ?? [];
        if (owners.length > 0 && owners.every(({ uid }) => !store.hasUid(uid))) beginDeletion(store, resource, object);
      }
    for (const claim of store.list('persistentvolumeclaims'))
      if (claim.metadata.deletionTimestamp !== undefined && !isUsed(store, claim.metadata.name))
        store.remove('persistentvolumeclaims', claim.metadata.name);
  };
  let isDue = false;
  const unsubscribe = store.subscribe(() => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      sweep();
    });
  });
  return { stop: unsubscribe };
};
