/**
 * Sandboxes as pods of a cluster.
 *
 * Semantics: each is a volume (workspace and home), a secret and a pod, in one namespace that is ours alone. Sleep deletes the
 * pod and the secret and keeps the volume. Nothing is remembered here: every call looks at the cluster first, so that a
 * process that was restarted, or several of them, do the same. What is in the cluster lives on when we end.
 *
 * Implementation: a sandbox's pod has one possible name (or was taken from the pool under the secret's name), so of several
 * that start it at once one makes the pod, and the others find it. The pod is owned by the volume and owns the secret.
 */
import type { V1PersistentVolumeClaim, V1Pod, V1Secret } from '@kubernetes/client-node';
import type { Driver, SandboxSpec } from '../driver.ts';
import type { Cluster } from './cluster.ts';
import { endPod, volumeIsGone } from './ending.ts';
import { unavailable, unless } from './errors.ts';
import { watchExits } from './exits.ts';
import { anySandbox, checkId, CLAIMED, CLAIMING, ENDING, identity, isId, nameOf, only, sandboxOf } from './names.ts';
import { ownedBy, podOf, secretOf, volumeOf, type PodSettings } from './objects.ts';
import { judge, type Patience } from './verdict.ts';
import { isStale } from './pool-level.ts';
import { Busy, type WarmPool } from './warm-pool.ts';

type Options = {
  cluster: Cluster;
  pods: PodSettings;
  patience: Patience;
  /** Pods that wait; undefined: there are none. */
  pool?: WarmPool;
  log: { warn: (fields: object, text: string) => void };
};

/** What there is of one sandbox. */
type Found = { pods: V1Pod[]; volumes: V1PersistentVolumeClaim[]; secrets: V1Secret[] };

/** The Kubernetes driver. Ready to be used at once; `listed` of what it watches is waited for by nobody but tests. */
export const createKubernetesDriver = (options: Options): Driver & { watching: Promise<void> } => {
  const { cluster, pods: settings, patience, pool, log } = options;
  const listeners: Array<Parameters<Driver['onExit']>[0]> = [];
  const tell = (...exit: Parameters<(typeof listeners)[number]>): void => {
    for (const listener of listeners) listener(...exit);
  };
  const exits = watchExits({
    cluster,
    patience,
    onExit: tell,
    onPool: () => pool?.refill(),
    onTrouble: (error) => log.warn({ err: error }, 'the cluster’s pods cannot be watched; trying again'),
  });

  pool?.refill();

  const find = async (selector: string): Promise<Found> => {
    const [pods, volumes, secrets] = await Promise.all([
      cluster.pods(selector),
      cluster.volumes(selector),
      cluster.secrets(selector),
    ]);
    return { pods, volumes, secrets };
  };

  const volumeFor = async (id: string): Promise<{ name: string; uid: string }> => {
    const age = ({ metadata }: V1PersistentVolumeClaim): number => metadata?.creationTimestamp?.getTime() ?? 0;
    const [existing] = (await cluster.volumes(only(id))).toSorted((a, b) => age(a) - age(b));
    if (existing && !existing.metadata?.deletionTimestamp) {
      // A pod of the pool that was taken half: it would keep the volume on its own node.
      const holder = await cluster.pod(identity(existing).name);
      if (holder && sandboxOf(holder) === undefined) await endPod(cluster, holder);
      return identity(existing);
    }
    if (existing) await volumeIsGone(cluster, identity(existing).name, identity(existing).uid);
    const body = volumeOf(nameOf(id), { sandbox: id }, settings);
    const made = await cluster.createVolume(body).catch(unless(409)).catch(fail('volume'));
    return identity(made ?? (await cluster.volume(nameOf(id))) ?? {});
  };

  const secretFor = async (spec: SandboxSpec): Promise<void> => {
    const body = secretOf(nameOf(spec.id), { sandbox: spec.id }, spec);
    const made = await cluster.createSecret(body).catch(unless(409)).catch(fail('secret'));
    if (made) return;
    const existing = await cluster.secret(nameOf(spec.id));
    if (existing?.metadata?.annotations?.[CLAIMING]) {
      await takeOver(existing);
      return secretFor(spec);
    }
    const fresh = { metadata: { ownerReferences: null }, stringData: body.stringData };
    await cluster.patchSecret(nameOf(spec.id), fresh).catch(fail('secret'));
  };

  /** Who began to claim a pod and did not end is dead, or else is let be. */
  const takeOver = async (claiming: V1Secret): Promise<void> => {
    if (!isStale(claiming.metadata?.annotations?.[CLAIMING])) throw new Busy('somebody else starts this sandbox');
    await cluster.remove('secret', claiming);
  };

  const startCold = async (spec: SandboxSpec): Promise<void> => {
    const name = nameOf(spec.id);
    const belongs = { sandbox: spec.id };
    // The secret first: who claims a waiting pod holds it until the volume is written on, and a second volume would hide the first.
    await secretFor(spec);
    const volume = await volumeFor(spec.id);
    const who = { SANDBOX_ID: spec.id, AGENT: spec.agent };
    const pod = podOf({ name, belongs, who, volume, secret: name }, settings);
    const made = await cluster.createPod(pod).catch(unless(409)).catch(fail('pod'));
    // Where somebody else was faster, it is their pod.
    const there = made ?? (await cluster.pod(name));
    if (!there) throw new Busy('somebody else starts and ends this sandbox');
    const owner = { metadata: { ownerReferences: ownedBy('Pod', name, identity(there).uid) } };
    await cluster.patchSecret(name, owner).catch(unless(404));
  };

  const start = async (spec: SandboxSpec): Promise<void> => {
    checkId(spec.id);
    const found = await find(only(spec.id));
    for (const pod of found.pods) {
      const verdict = judge(pod, Date.now(), patience);
      const isEnding =
        pod.metadata?.deletionTimestamp !== undefined || pod.metadata?.annotations?.[ENDING] !== undefined;
      if (verdict.state === 'over' && verdict.how === 'over-limit' && !isEnding)
        // It happened while nobody looked: it would only happen again.
        return tell(spec.id, verdict.reason, verdict.how);
      // Over before it is gone: its node is lost, and will not say when it has ended.
      if (verdict.state === 'over' && isEnding) await endPod(cluster, pod, 0);
      else if (verdict.state === 'over' || isEnding) await endPod(cluster, pod);
      else if (!pool || (await pool.finish(spec, pod))) return;
    }
    const [claiming] = found.secrets.filter(({ metadata }) => metadata?.annotations?.[CLAIMING]);
    if (claiming) await takeOver(claiming);
    const isNew = found.pods.length + found.volumes.length === 0;
    if (isNew && pool && (await pool.claim(spec))) return;
    await startCold(spec);
  };

  const stop = async (id: string): Promise<void> => {
    checkId(id);
    const { pods, secrets } = await find(only(id));
    await Promise.all([
      ...pods.map((pod) => endPod(cluster, pod)),
      ...secrets.map((secret) => cluster.remove('secret', secret)),
    ]);
  };

  return {
    watching: exits.listed,
    ...(pool && { pool: pool.level }),
    start,
    stop,
    remove: async (id) => {
      checkId(id);
      const { volumes } = await find(only(id));
      // The volume first: its deletion waits for the pod, and nobody can start another one with it.
      await Promise.all(volumes.map((volume) => cluster.remove('volume', volume)));
      await stop(id);
      await Promise.all(volumes.map((volume) => volumeIsGone(cluster, identity(volume).name, identity(volume).uid)));
    },
    list: async () => {
      const { pods, volumes, secrets } = await find(anySandbox);
      // One that is being ended, or was not yet told whose it is, needs somebody's hand.
      const isSettled = ({ metadata }: V1Pod): boolean =>
        ![ENDING, CLAIMED].some((mark) => metadata?.annotations?.[mark] !== undefined);
      const running = new Set(
        pods
          .filter((pod) => isSettled(pod) && judge(pod, Date.now(), patience).state !== 'over')
          .map((pod) => sandboxOf(pod)),
      );
      const ids = new Set([...pods, ...volumes, ...secrets].map((object) => sandboxOf(object) ?? ''));
      return [...ids].filter(isId).map((id) => ({ id, running: running.has(id) }));
    },
    onExit: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      await Promise.all([exits.close(), pool?.close()]);
    },
  };
};

const fail =
  (what: 'pod' | 'secret' | 'volume') =>
  (error: unknown): never => {
    throw unavailable(what, error);
  };
