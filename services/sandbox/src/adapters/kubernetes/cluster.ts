import {
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  PatchStrategy,
  ServerConfiguration,
  setHeaderOptions,
  type CoreV1Event,
  type Middleware,
  type V1PersistentVolumeClaim,
  type V1Pod,
  type V1Secret,
} from '@kubernetes/client-node';
import { Misconfigured } from '../misconfigured.ts';
import { unless } from './errors.ts';
import { identity } from './names.ts';

/** Milliseconds that the API server may take to answer; watches are held to other times. */
const ANSWER = 15_000;

/** The kinds of object that a sandbox consists of. */
type Kind = 'pod' | 'secret' | 'volume';

/**
 * One namespace of a cluster, and what we may do there: see, make, patch and delete pods, secrets and volumes, and read events.
 * Deleting what is gone, or is another object of that name, changes nothing. Everything is asked of the API server, nothing is remembered.
 */
export type Cluster = ReturnType<typeof clusterOf>;

/** The cluster that a kubeconfig file names, or else the one that we run in. Throws `Misconfigured` where there is neither. */
export const connectCluster = (options: {
  kubeconfig?: string | undefined;
  /** True where this process runs in a cluster. */
  inside?: boolean;
  namespace: string;
}): Cluster => {
  const config = new KubeConfig();
  if (options.kubeconfig === undefined && options.inside !== true)
    throw new Misconfigured('KUBECONFIG: is missing, and we do not run in a cluster');
  try {
    if (options.kubeconfig === undefined) config.loadFromCluster();
    else config.loadFromFile(options.kubeconfig);
  } catch (error) {
    throw new Misconfigured(
      `KUBECONFIG: ${options.kubeconfig ?? 'the cluster that we run in'} cannot be used (${error instanceof Error ? error.message : 'error'})`,
    );
  }
  return clusterOf(config, options.namespace);
};

/** The same, from a configuration that is there. */
const clusterOf = (config: KubeConfig, namespace: string) => {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Misconfigured('KUBECONFIG: names no cluster');
  const limit: Middleware = {
    pre: (context) => {
      context.setSignal(AbortSignal.timeout(ANSWER));
      return Promise.resolve(context);
    },
    post: (context) => Promise.resolve(context),
  };
  const core = new CoreV1Api(
    createConfiguration({
      baseServer: new ServerConfiguration(server, {}),
      authMethods: { default: config },
      promiseMiddleware: [limit],
    }),
  );
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

  return {
    config,
    core,
    namespace,
    pods: async (labelSelector: string): Promise<V1Pod[]> =>
      (await core.listNamespacedPod({ namespace, labelSelector })).items,
    secrets: async (labelSelector: string): Promise<V1Secret[]> =>
      (await core.listNamespacedSecret({ namespace, labelSelector })).items,
    volumes: async (labelSelector: string): Promise<V1PersistentVolumeClaim[]> =>
      (await core.listNamespacedPersistentVolumeClaim({ namespace, labelSelector })).items,
    pod: (name: string): Promise<V1Pod | undefined> => core.readNamespacedPod({ name, namespace }).catch(unless(404)),
    volume: (name: string): Promise<V1PersistentVolumeClaim | undefined> =>
      core.readNamespacedPersistentVolumeClaim({ name, namespace }).catch(unless(404)),
    secret: (name: string): Promise<V1Secret | undefined> =>
      core.readNamespacedSecret({ name, namespace }).catch(unless(404)),
    /** What the cluster says of a pod, the newest last. */
    events: async (pod: string): Promise<CoreV1Event[]> =>
      (await core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.name=${pod}` })).items,
    createPod: (body: V1Pod) => core.createNamespacedPod({ namespace, body }),
    createSecret: (body: V1Secret) => core.createNamespacedSecret({ namespace, body }),
    createVolume: (body: V1PersistentVolumeClaim) => core.createNamespacedPersistentVolumeClaim({ namespace, body }),
    /** Each merges into an object. With a `resourceVersion` in its metadata, only where nobody changed it since: else a 409. */
    patchPod: (name: string, body: object): Promise<V1Pod> => core.patchNamespacedPod({ namespace, name, body }, merge),
    patchSecret: (name: string, body: object): Promise<V1Secret> =>
      core.patchNamespacedSecret({ namespace, name, body }, merge),
    patchVolume: (name: string, body: object): Promise<V1PersistentVolumeClaim> =>
      core.patchNamespacedPersistentVolumeClaim({ namespace, name, body }, merge),
    /** Deletes exactly this object; `graceSeconds` 0 does not wait for the node that a pod is on. */
    remove: async (
      kind: Kind,
      object: V1Pod | V1Secret | V1PersistentVolumeClaim,
      graceSeconds?: number,
    ): Promise<void> => {
      const { name, uid } = identity(object);
      const request = {
        namespace,
        name,
        body: {
          preconditions: { uid },
          propagationPolicy: 'Background',
          ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
        },
      };
      const deletions: Record<Kind, () => Promise<unknown>> = {
        pod: () => core.deleteNamespacedPod(request),
        secret: () => core.deleteNamespacedSecret(request),
        volume: () => core.deleteNamespacedPersistentVolumeClaim(request),
      };
      await deletions[kind]().catch(unless(404, 409));
    },
  };
};
