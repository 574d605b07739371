/**
 * Pods that wait for a sandbox.
 *
 * Semantics: a waiting pod is whole but for whose it is. Its runner holds credentials that hear one subject and answer it. To claim
 * one is to write the sandbox's name on its volume and pod, and then to tell its runner who it is, over NATS, past every
 * stream. Of several that claim, here or elsewhere, one gets it. A claim that is not answered ends that pod; the sandbox then
 * starts cold, with that volume.
 *
 * Implementation: the claim is the sandbox's secret, which can be made only once; then the volume is the token, written only where
 * nobody wrote since it was read. Between two steps we may die: what stays behind says when it was begun, and whoever
 * comes by later than `STALE` finishes it.
 */
import { randomUUID } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SandboxSpec } from '../driver.ts';
import { claimOver } from './claim-over.ts';
import type { Cluster } from './cluster.ts';
import { endPod } from './ending.ts';
import { unless } from './errors.ts';
import { CLAIMED, CLAIMING, ENDING, identity, nameOf, POOL, SANDBOX, warmIdOf, warmNameOf } from './names.ts';
import { ownedBy, podOf, secretOf, volumeOf, type PodSettings } from './objects.ts';
import { isStale, keepLevel, pooled, recipeOf, RECIPE } from './pool-level.ts';
import { judge, type Patience } from './verdict.ts';

/** Somebody else is at it, perhaps in another process: later it will be done, or theirs to be finished. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

/** Seconds that the runner of an unanswered claim may take to end. */
const GRACE = 1;

/** Pods that wait, in one namespace. */
export type WarmPool = {
  /** True where a waiting pod has become this sandbox; false where it is to start cold. */
  claim: (spec: SandboxSpec) => Promise<boolean>;
  /** Finishes a claim that somebody began and did not end: true where the pod is this sandbox now, false where it is gone. */
  finish: (spec: SandboxSpec, pod: V1Pod) => Promise<boolean>;
  /** How many were well when it was looked last, and how many should be. */
  level: () => { ready: number; wanted: number };
  /** Soon there are as many as there should be, all of them well. */
  refill: () => void;
  close: () => Promise<void>;
};

/** Keeps `size` pods waiting. With a size of 0 it ends those that an earlier setting left. */
export const createWarmPool = (options: {
  cluster: Cluster;
  pods: PodSettings;
  patience: Patience;
  size: number;
  /** The credentials of a waiting runner, by its id. */
  mint: (warmId: string) => Promise<string>;
  nc: NatsConnection;
  log: { warn: (fields: object, text: string) => void };
}): WarmPool => {
  const { cluster, pods, patience, size, mint, nc, log } = options;
  const recipe = recipeOf(pods);

  const make = async (): Promise<void> => {
    const warmId = randomUUID();
    const name = warmNameOf(warmId);
    const belongs = { pool: true } as const;
    const volume = identity(await cluster.createVolume(volumeOf(name, belongs, pods)));
    await cluster.createSecret(secretOf(name, belongs, { natsCreds: await mint(warmId) }));
    const pod = await cluster.createPod(
      podOf({ name, belongs, who: { WARM_ID: warmId }, volume, secret: name, annotations: { [RECIPE]: recipe } }, pods),
    );
    const owner = { metadata: { ownerReferences: ownedBy('Pod', name, identity(pod).uid) } };
    await cluster.patchSecret(name, owner).catch(unless(404));
  };
  const level = keepLevel({ cluster, patience, size, recipe, make, log });

  /** Writes the sandbox's name on a waiting pod and its volume; undefined where somebody was faster. */
  const take = async (spec: SandboxSpec, pod: V1Pod): Promise<V1Pod | undefined> => {
    const { name } = identity(pod);
    const volume = await cluster.volume(name);
    if (volume?.metadata?.labels?.[POOL] === undefined || volume.metadata.deletionTimestamp) return undefined;
    const mine = {
      labels: { [SANDBOX]: spec.id, [POOL]: null },
      annotations: { [CLAIMED]: new Date().toISOString() },
    };
    const taken = await cluster
      .patchVolume(name, { metadata: { ...mine, resourceVersion: identity(volume).version } })
      .catch(unless(404, 409));
    if (!taken) return undefined;
    for (;;) {
      const now = await cluster.pod(name);
      if (!now || now.metadata?.deletionTimestamp || now.metadata?.annotations?.[ENDING]) {
        // It is going, and nothing is in its volume yet.
        await cluster.remove('volume', taken);
        return undefined;
      }
      const patch = { metadata: { ...mine, resourceVersion: identity(now).version } };
      const claimed = await cluster.patchPod(name, patch).catch(unless(404, 409));
      if (claimed) return claimed;
    }
  };

  const tellWho = async (spec: SandboxSpec, pod: V1Pod): Promise<boolean> => {
    const { name, uid } = identity(pod);
    if (await claimOver(nc, warmIdOf(name), spec)) {
      await cluster.patchPod(name, { metadata: { uid, annotations: { [CLAIMED]: null } } });
      return true;
    }
    log.warn({ sandbox: spec.id, pod: name }, 'a waiting sandbox did not answer; starting a cold one');
    await endPod(cluster, pod, GRACE);
    return false;
  };

  /** Ends a pod that was taken in vain, with its volume: a sandbox must not have two. */
  const giveBack = async (pod: V1Pod): Promise<void> => {
    const volume = await cluster.volume(identity(pod).name);
    if (volume) await cluster.remove('volume', volume);
    await endPod(cluster, pod, GRACE);
  };

  const claim = async (spec: SandboxSpec): Promise<boolean> => {
    const { waiting } = await pooled(cluster);
    const ready = waiting.filter(
      (pod) => judge(pod, Date.now(), patience).state === 'well' && pod.metadata?.annotations?.[RECIPE] === recipe,
    );
    if (ready.length === 0) return false;
    const begun = { [CLAIMING]: new Date().toISOString() };
    const secret = await cluster
      .createSecret(secretOf(nameOf(spec.id), { sandbox: spec.id }, spec, begun))
      .catch(unless(409));
    if (!secret) throw new Busy('somebody else starts this sandbox');
    let pod: V1Pod | undefined;
    for (const candidate of ready) if ((pod = await take(spec, candidate))) break;
    const metadata = {
      resourceVersion: identity(secret).version,
      annotations: { [CLAIMING]: null },
      ...(pod && { ownerReferences: ownedBy('Pod', identity(pod).name, identity(pod).uid) }),
    };
    // From here on others see the pod, or that there is none.
    const done = await cluster.patchSecret(nameOf(spec.id), { metadata }).catch(unless(404, 409));
    level.refill();
    if (!done) {
      if (pod) await giveBack(pod);
      throw new Busy('somebody else took over the start of this sandbox');
    }
    return pod ? tellWho(spec, pod) : false;
  };

  return {
    claim,
    finish: async (spec, pod) => {
      const since = pod.metadata?.annotations?.[CLAIMED];
      if (since === undefined) return true;
      if (!isStale(since)) throw new Busy('somebody else is about to wake this sandbox');
      return tellWho(spec, pod);
    },
    level: () => ({ ready: level.ready(), wanted: size }),
    refill: level.refill,
    close: level.close,
  };
};
