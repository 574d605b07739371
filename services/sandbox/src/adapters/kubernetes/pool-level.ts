import { createHash } from 'node:crypto';
import type { V1PersistentVolumeClaim, V1Pod, V1Secret } from '@kubernetes/client-node';
import type { Cluster } from './cluster.ts';
import { endPod } from './ending.ts';
import { unless } from './errors.ts';
import { anything, CLAIMED, ENDING, identity, POOL } from './names.ts';
import type { PodSettings } from './objects.ts';
import { judge, type Patience } from './verdict.ts';

/** Annotation of a waiting pod: what it was made by. */
export const RECIPE = 'threadbox.dev/recipe';
/** Milliseconds after which what somebody began and did not end is anybody's to finish. */
const STALE = 30_000;
/** Milliseconds after which a pod of other settings is nobody's. */
const OUTDATED = 10 * 60_000;
/** Milliseconds between two looks at the pool where nothing tells us to, after a failure, and before what broke is made again. */
const EVERY = { look: 60_000, failure: 5000, broken: 1000 } as const;

/** The same text for the same settings: pods made by others are not handed out. */
export const recipeOf = (settings: PodSettings): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);

/** True for what was begun so long ago that who began it has died. */
export const isStale = (since: string | Date | undefined): boolean =>
  Date.now() - new Date(since ?? 0).getTime() > STALE;

/** Everything in the pool. `waiting`: its pods that nobody is ending, the oldest first. */
export const pooled = async (cluster: Cluster) => {
  const selector = `${anything},${POOL}`;
  const [pods, volumes, secrets] = await Promise.all([
    cluster.pods(selector),
    cluster.volumes(selector),
    cluster.secrets(selector),
  ]);
  const age = (pod: V1Pod): number => pod.metadata?.creationTimestamp?.getTime() ?? 0;
  const waiting = pods
    .filter(({ metadata }) => !metadata?.deletionTimestamp && !metadata?.annotations?.[ENDING])
    .toSorted((a, b) => age(a) - age(b) || identity(a).name.localeCompare(identity(b).name));
  return { pods, volumes, secrets, waiting };
};

/**
 * Keeps as many pods waiting as there should be: makes what is missing, ends what is too much, broken, or made by another recipe,
 * and removes what belongs to no pod. Several processes may do this at once: each looks at the cluster, none counts on itself.
 */
export const keepLevel = (options: {
  cluster: Cluster;
  patience: Patience;
  size: number;
  recipe: string;
  make: () => Promise<void>;
  log: { warn: (fields: object, text: string) => void };
}) => {
  const { cluster, patience, size, recipe, make, log } = options;
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let ready = 0;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  /** Ends a pod that is still as we saw it; one that was claimed meanwhile stays. */
  const discard = async (pod: V1Pod): Promise<void> => {
    const { name, version } = identity(pod);
    const metadata = { resourceVersion: version, annotations: { [ENDING]: 'true' } };
    const marked = await cluster.patchPod(name, { metadata }).catch(unless(404, 409));
    if (marked) await endPod(cluster, marked);
  };

  // As the cluster tells times: in whole seconds.
  const born = Math.floor(Date.now() / 1000) * 1000;
  /** Which of the waiting pods are good, which are to go, and which somebody with other settings may still need. */
  const classify = async (pod: V1Pod, hasVolume: boolean): Promise<'good' | 'broken' | 'done with' | 'theirs'> => {
    if (judge(pod, Date.now(), patience).state === 'over') return 'broken';
    const made = pod.metadata?.creationTimestamp?.getTime() ?? 0;
    // While a new version takes over, old and new must not end each other's pods in turn.
    if (pod.metadata?.annotations?.[RECIPE] !== recipe)
      return made < born || Date.now() - made > OUTDATED ? 'done with' : 'theirs';
    if (hasVolume) return 'good';
    // Its volume is being claimed right now, or was by somebody who died.
    const volume = await cluster.volume(identity(pod).name);
    return isStale(volume?.metadata?.annotations?.[CLAIMED]) ? 'done with' : 'theirs';
  };

  let pause = 0;
  let notBefore = 0;
  /** What breaks again and again is made more and more slowly. */
  const holdBack = (broken: number, good: readonly V1Pod[]): void => {
    const settled = good.every(({ metadata }) => isStale(metadata?.creationTimestamp));
    if (broken > 0) {
      pause = Math.min(Math.max(pause * 2, EVERY.broken), EVERY.look);
      notBefore = Date.now() + pause;
    } else if (good.length >= size && settled) pause = 0;
  };

  const bringInLine = async (): Promise<void> => {
    const { pods, volumes, secrets, waiting } = await pooled(cluster);
    const volumeNames = new Set(volumes.map((volume) => identity(volume).name));
    const kinds = await Promise.all(waiting.map((pod) => classify(pod, volumeNames.has(identity(pod).name))));
    const of = (...wanted: string[]): V1Pod[] => waiting.filter((_pod, i) => wanted.includes(kinds[i] ?? ''));
    const good = of('good');
    ready = good.length;
    const ending = [...of('broken', 'done with'), ...good.slice(size)];
    holdBack(of('broken').length, good);
    const missing = Date.now() < notBefore ? 0 : Math.max(0, size - good.length);
    const podNames = new Set(pods.map((pod) => identity(pod).name));
    const isOrphan = (object: V1PersistentVolumeClaim | V1Secret): boolean =>
      !podNames.has(identity(object).name) && isStale(object.metadata?.creationTimestamp);
    await Promise.all([
      ...ending.map(discard),
      ...volumes.filter(isOrphan).map((volume) => cluster.remove('volume', volume)),
      ...secrets.filter(isOrphan).map((secret) => cluster.remove('secret', secret)),
      ...Array.from({ length: missing }, make),
    ]);
    // With its pod a volume of the pool has no use.
    const ended = new Set(ending.map((pod) => identity(pod).name));
    await Promise.all(
      volumes.filter((volume) => ended.has(identity(volume).name)).map((volume) => cluster.remove('volume', volume)),
    );
  };

  const refill = (): void => {
    again = true;
    if (closing.signal.aborted || running) return;
    clearTimeout(timer);
    running = (async () => {
      let wait: number = EVERY.look;
      while (again && !closing.signal.aborted) {
        again = false;
        await bringInLine().catch((error: unknown) => {
          wait = EVERY.failure;
          log.warn({ err: error }, 'the pool of waiting sandboxes could not be filled; trying again');
        });
      }
      running = undefined;
      if (notBefore > Date.now()) wait = Math.min(wait, notBefore - Date.now());
      if (!closing.signal.aborted) timer = setTimeout(refill, wait).unref();
    })();
  };
  return {
    refill,
    /** How many were good when it was looked last. */
    ready: () => ready,
    close: async (): Promise<void> => {
      closing.abort();
      clearTimeout(timer);
      await running;
    },
  };
};
