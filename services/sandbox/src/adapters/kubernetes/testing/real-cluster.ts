/** Of `npm run test:k8s`: a namespace of its own on the cluster that KUBECONFIG names, and eyes to look into its pods. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, Exec, KubeConfig, type V1Pod, type V1Status } from '@kubernetes/client-node';
import { unless } from '../errors.ts';
import { CONTAINER, only } from '../names.ts';
import { podOf, type PodSettings } from '../objects.ts';

const LABEL = 'threadbox.dev/test';
/** Milliseconds after which a namespace of an earlier run is one that somebody interrupted. */
const LEFT_BEHIND = 60 * 60_000;
/** The port of the peer that stands for NATS and egress. */
const PEER_PORT = 4222;

const sourceOf = (file: string): Promise<string> => readFile(join(import.meta.dirname, '../..', file), 'utf8');
/** A command that runs TypeScript which is in no image. */
const running = (source: string): string[] => ['node', '--input-type=module-typescript', '-e', source];

/** The cluster and image of a run. Throws in plain words where one is missing: a suite that tests nothing must not look green. */
export const findCluster = async (env: NodeJS.ProcessEnv) => {
  const { KUBECONFIG: kubeconfig, THREADBOX_SANDBOX_IMAGE: image } = env;
  const config = new KubeConfig();
  if (!kubeconfig)
    throw new Error(
      'NO CLUSTER: set KUBECONFIG to the file of a cluster where you may make namespaces; nothing was tested',
    );
  if (!image)
    throw new Error(
      'NO IMAGE: set THREADBOX_SANDBOX_IMAGE to a sandbox image that this cluster can pull; nothing was tested',
    );
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const namespaces = await core.listNamespace({ labelSelector: LABEL }).catch((error: unknown) => {
    const words = error instanceof Error ? error.message.split('\n')[0] : 'error';
    throw new Error(`NO CLUSTER: the one that ${kubeconfig} names does not answer (${words}); nothing was tested`);
  });
  for (const { metadata } of namespaces.items)
    if (Date.now() - (metadata?.creationTimestamp?.getTime() ?? 0) > LEFT_BEHIND)
      await core.deleteNamespace({ name: metadata?.name ?? '' }).catch(unless(404, 409));
  return { config, core, kubeconfig, image, storageClass: env['SANDBOX_STORAGE_CLASS'] };
};
export type RealCluster = Awaited<ReturnType<typeof findCluster>>;

/** A namespace that holds pods to the restricted profile, with a peer in it. `end` resolves once nothing of it is left. */
export const openNamespace = async ({ config, core, image, storageClass }: RealCluster) => {
  const namespace = `threadbox-test-${randomBytes(5).toString('hex')}`;
  await core.createNamespace({
    body: {
      metadata: {
        name: namespace,
        labels: { [LABEL]: 'true', 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    },
  });
  const pods: PodSettings = {
    image,
    command: running(await sourceOf('probe.ts')),
    storageClass,
    cpu: '250m',
    memoryMb: 300,
    diskMb: 100,
    tmpMb: 64,
    natsUrl: '',
    modelUrl: '',
  };
  const peer = podOf(
    { name: 'peer', belongs: { pool: true }, who: {}, volume: { name: 'none', uid: 'none' }, secret: 'none' },
    { ...pods, command: running(`${await sourceOf('peer.ts')}\n(await startPeer('0.0.0.0', ${PEER_PORT})).hold();`) },
  );
  // It has no files, and belongs to nothing.
  peer.metadata = { name: 'peer' };
  if (peer.spec) peer.spec.volumes = [];
  for (const container of peer.spec?.containers ?? []) Object.assign(container, { workingDir: '/', volumeMounts: [] });
  await core.createNamespacedPod({ namespace, body: peer });
  const until = async <Value>(
    look: () => Promise<Value | undefined>,
    milliseconds: number,
    what: string,
  ): Promise<Value> => {
    const end = Date.now() + milliseconds;
    for (;;) {
      const value = await look();
      if (value !== undefined) return value;
      if (Date.now() > end) throw new Error(`${what} took too long`);
      await sleep(500);
    }
  };
  const isReady = ({ status }: V1Pod): boolean =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  const address = await until(
    async () => {
      const pod = await core.readNamespacedPod({ namespace, name: 'peer' });
      return isReady(pod) ? pod.status?.podIP : undefined;
    },
    180_000,
    'the start of the peer',
  );

  const podOfSandbox = async (id: string): Promise<string | undefined> =>
    (await core.listNamespacedPod({ namespace, labelSelector: only(id) })).items.find(
      ({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === 'Running',
    )?.metadata?.name;
  /** What a command in a sandbox's pod says; undefined where it fails, or there is none. */
  const run = async (id: string, command: string[]): Promise<string | undefined> => {
    const pod = await podOfSandbox(id);
    if (pod === undefined) return undefined;
    const [out, complaints] = [new PassThrough(), new PassThrough()];
    complaints.resume();
    const said = text(out);
    const status = await new Promise<V1Status>((done, fail) => {
      new Exec(config).exec(namespace, pod, CONTAINER, command, out, complaints, null, false, done).then((socket) => {
        socket.addEventListener('error', () => fail(new Error('the connection to the pod broke')));
      }, fail);
    }).catch(() => undefined);
    out.end();
    return status?.status === 'Success' ? said : undefined;
  };
  const node = (id: string, script: string, ...args: string[]) => run(id, ['node', '-e', script, ...args]);

  return {
    namespace,
    pods: { ...pods, natsUrl: `nats://${address}:${PEER_PORT}`, modelUrl: `http://${address}:${PEER_PORT}` },
    read: (id: string, path: string) => run(id, ['cat', `/workspace/${path}`]),
    write: async (id: string, path: string, content: string): Promise<void> =>
      void (await node(id, 'fs.writeFileSync(process.argv[1], process.argv[2])', `/workspace/${path}`, content)),
    /** Its processes, without the pod's first one and the one that counts. */
    processes: async (id: string): Promise<number> =>
      Number(
        (await node(id, 'console.log(fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).length - 2)')) ?? 0,
      ),
    crash: async (id: string): Promise<void> =>
      void (await node(
        id,
        `for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)))
           if (Number(pid) !== process.pid && fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').includes('module-typescript'))
             process.kill(Number(pid), 'SIGKILL');`,
      )),
    isGone: async (id: string): Promise<boolean> => {
      const request = { namespace, labelSelector: only(id) };
      const all = await Promise.all([
        core.listNamespacedPod(request),
        core.listNamespacedSecret(request),
        core.listNamespacedPersistentVolumeClaim(request),
      ]);
      return all.every(({ items }) => items.length === 0);
    },
    refuse: async (): Promise<void> => {
      await core.createNamespacedResourceQuota({
        namespace,
        body: { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } },
      });
      // It counts what is there before it refuses.
      await until(
        async () => (await core.readNamespacedResourceQuota({ namespace, name: 'none' })).status?.used ?? undefined,
        30_000,
        'the quota',
      );
    },
    end: async (): Promise<void> => {
      await core.deleteNamespace({ name: namespace }).catch(unless(404, 409));
      await until(
        async () =>
          (await core.readNamespace({ name: namespace }).catch(unless(404))) === undefined ? true : undefined,
        180_000,
        `the end of ${namespace}`,
      );
    },
  };
};
