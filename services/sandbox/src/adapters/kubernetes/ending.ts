import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { unless } from './errors.ts';
import { ENDING, identity } from './names.ts';
import { GRACE } from './objects.ts';

/** Milliseconds beyond its own time that a pod's node may take to end it, before we stop waiting for that node. */
const NODE_PATIENCE = 10_000;

/** True once this very object is no more, or another has its name; false where that took longer than `within` milliseconds. */
const isGoneWithin = async (
  look: () => Promise<{ metadata?: { uid?: string } } | undefined>,
  uid: string,
  within: number,
): Promise<boolean> => {
  const until = Date.now() + within;
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 1000)) {
    const now = await look();
    if (now?.metadata?.uid !== uid) return true;
    if (Date.now() > until) return false;
    await sleep(pause);
  }
};

/**
 * Ends a pod and resolves once it is gone. Whoever watches is told first that this is no accident. A node that does not
 * answer is not waited for: then the pod is taken off the books, and runs on there until the node is back and hears of it.
 */
export const endPod = async (cluster: Cluster, pod: V1Pod, graceSeconds?: number): Promise<void> => {
  const { name, uid } = identity(pod);
  if (!pod.metadata?.annotations?.[ENDING])
    await cluster
      .patchPod(name, { metadata: { uid, annotations: { [ENDING]: 'true' } } })
      // Gone, or another pod by now.
      .catch(unless(404, 409, 422));
  await cluster.remove('pod', pod, graceSeconds);
  const look = () => cluster.pod(name);
  if (await isGoneWithin(look, uid, GRACE * 1000 + NODE_PATIENCE)) return;
  await cluster.remove('pod', pod, 0);
  if (!(await isGoneWithin(look, uid, NODE_PATIENCE))) throw new Error(`the pod ${name} does not go`);
};

/** Resolves once a volume that is being deleted is gone. Throws where that takes too long: something still uses it. */
export const volumeIsGone = async (cluster: Cluster, name: string, uid: string): Promise<void> => {
  if (!(await isGoneWithin(() => cluster.volume(name), uid, NODE_PATIENCE)))
    throw new Error(`the volume ${name} does not go`);
};
