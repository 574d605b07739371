/**
 * Every pod of ours, as the cluster has it.
 *
 * Semantics: `onChange` hears of a pod as it is now, `onGone` of one that is no more, with what was last known of it. Which
 * steps lay between is lost where connections were: what follows must depend on how things are, not on how they came so.
 *
 * Implementation: list, then watch from there, with bookmarks; whatever ends a watch, the next one goes on where it ended, and
 * where the cluster has forgotten that place (410) or sent anything strange, everything is listed anew. The library's own
 * informer ends for good with its first failed connection (kubernetes-client/javascript#2385 and others).
 */
import { Watch, type CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { codeOf } from './errors.ts';
import { anything } from './names.ts';

type Options = {
  config: KubeConfig;
  core: CoreV1Api;
  namespace: string;
  onChange: (pod: V1Pod) => void;
  onGone: (last: V1Pod) => void;
  onTrouble: (error: unknown) => void;
};

/** Seconds after which the cluster ends a watch: nothing lives for ever on a connection that may be dead. */
const WATCH = 240;
/** Milliseconds between attempts: the first, and the longest. */
const PAUSE = { first: 100, longest: 10_000 } as const;

const isGone = (error: unknown): boolean =>
  codeOf(error) === 410 ||
  (typeof error === 'object' &&
    error !== null &&
    (('statusCode' in error && error.statusCode === 410) || ('code' in error && error.code === 410)));

/** Starts watching; `listed` resolves once everything was seen for the first time. */
export const watchPods = (options: Options) => {
  const { config, core, namespace, onChange, onGone, onTrouble } = options;
  const pods = new Map<string, V1Pod>();
  const closing = new AbortController();
  let markListed: () => void = () => undefined;
  const listed = new Promise<void>((resolve) => (markListed = resolve));

  const put = (pod: V1Pod): void => {
    const name = pod.metadata?.name ?? '';
    const known = pods.get(name);
    // Another pod of the same name: what we knew is gone, even though nobody told us.
    if (known && known.metadata?.uid !== pod.metadata?.uid) onGone(known);
    pods.set(name, pod);
    if (known?.metadata?.resourceVersion !== pod.metadata?.resourceVersion) onChange(pod);
  };
  const drop = (pod: V1Pod): void => {
    const name = pod.metadata?.name ?? '';
    if (pods.get(name)?.metadata?.uid === pod.metadata?.uid) pods.delete(name);
    onGone(pod);
  };

  const list = async (): Promise<string> => {
    const { items, metadata } = await core.listNamespacedPod({ namespace, labelSelector: anything });
    const names = new Set(items.map((pod) => pod.metadata?.name));
    for (const [name, pod] of pods) if (!names.has(name)) drop(pod);
    for (const pod of items) put(pod);
    markListed();
    return metadata?.resourceVersion ?? '';
  };

  /** Watches from a version until the connection ends; resolves with the version to go on from, '' for: list anew. */
  const watch = (from: string): Promise<string> => {
    let version = from;
    let broken: unknown;
    let hangUp: () => void = () => undefined;
    const stream = new Watch(config);
    return new Promise<string>((resolve, reject) => {
      const query = {
        resourceVersion: from,
        labelSelector: anything,
        allowWatchBookmarks: true,
        timeoutSeconds: WATCH,
      };
      const take = (phase: string, object: unknown): void => {
        // The library hands over what it was sent, as it was sent.
        const pod = revive(object);
        if (phase === 'ERROR') broken = object;
        else {
          if (phase === 'ADDED' || phase === 'MODIFIED') put(pod);
          else if (phase === 'DELETED') drop(pod);
          version = pod.metadata?.resourceVersion ?? version;
        }
      };
      const done = (error: unknown): void => {
        closing.signal.removeEventListener('abort', hangUp);
        const trouble = broken ?? error;
        if (closing.signal.aborted || trouble === null || trouble === undefined) return resolve(version);
        if (isGone(trouble)) return resolve('');
        // A silent connection is given up by the library; nothing was wrong with what it said.
        if (trouble instanceof Error && trouble.name === 'TimeoutError') return resolve(version);
        onTrouble(trouble);
        if (broken !== undefined) return resolve('');
        reject(new Watching(version, trouble));
      };
      stream.watch(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, query, take, done).then((controller) => {
        hangUp = () => controller.abort();
        if (closing.signal.aborted) hangUp();
        else closing.signal.addEventListener('abort', hangUp, { once: true });
      }, reject);
    });
  };

  const run = async (): Promise<void> => {
    let version = '';
    let pause: number = PAUSE.first;
    while (!closing.signal.aborted) {
      try {
        if (version === '') version = await list();
        if (closing.signal.aborted) return;
        const before = Date.now();
        version = await watch(version);
        if (Date.now() - before > 1000) pause = PAUSE.first;
      } catch (error) {
        if (error instanceof Watching) version = error.version;
        else onTrouble(error);
        pause = Math.min(pause * 2, PAUSE.longest);
      }
      if (closing.signal.aborted) return;
      await rest(pause * (0.5 + Math.random()), closing.signal);
    }
  };
  const running = run();

  return {
    listed,
    all: (): readonly V1Pod[] => [...pods.values()],
    close: async (): Promise<void> => {
      closing.abort();
      await running;
    },
  };
};

/** A watch that broke, and how far it came. */
class Watching extends Error {
  override readonly name = 'Watching';
  readonly version: string;
  constructor(version: string, cause: unknown) {
    super('a watch broke', { cause });
    this.version = version;
  }
}

const rest = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

/** A watch hands over what it was sent: times are text, where a list has dates. */
const revive = (object: unknown): V1Pod => {
  const pod = object as V1Pod;
  const { metadata } = pod;
  for (const field of ['creationTimestamp', 'deletionTimestamp'] as const) {
    const value: unknown = metadata?.[field];
    if (metadata && typeof value === 'string') metadata[field] = new Date(value);
  }
  return pod;
};
