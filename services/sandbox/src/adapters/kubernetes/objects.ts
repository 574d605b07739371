/** What is made for a sandbox: a volume, a secret and a pod. Values only; nothing here talks to a cluster. */
import type { V1OwnerReference, V1PersistentVolumeClaim, V1Pod, V1Secret } from '@kubernetes/client-node';
import { CONTAINER, OURS, POOL, SANDBOX } from './names.ts';

/** How sandboxes are to be made on this cluster. */
export type PodSettings = {
  image: string;
  /** In place of the image's own command; for tests. */
  command?: readonly string[];
  pullSecret?: string | undefined;
  runtimeClass?: string | undefined;
  storageClass?: string | undefined;
  /** In Kubernetes' own notation: `1`, `500m`. */
  cpu: string;
  memoryMb: number;
  /** Megabytes of a sandbox's volume. */
  diskMb: number;
  /** Megabytes of /tmp; together with its log, what a sandbox may write on its node. */
  tmpMb: number;
  /** Where sandboxes reach NATS and egress. */
  natsUrl: string;
  modelUrl: string;
};

/** Where things are inside; the same as behind a local sandbox's walls, so that an agent's memory of paths stays right. */
const inside = { workspace: '/workspace', home: '/home/agent', tmp: '/tmp', secrets: '/run/threadbox' } as const;
/** The names of the files of a secret. */
const files = { creds: 'nats.creds', token: 'model-token' } as const;
/** The user and group that everything runs as and belongs to. */
const AGENT = 1000;
/** Seconds that a runner may take to end by itself. */
export const GRACE = 5;
/** Seconds after which a pod on a node that is gone is given up. */
const NODE_PATIENCE = 30;
/** Megabytes that a sandbox's log may take on its node, beyond /tmp. */
const LOG_MB = 256;

/** Whose an object is: a sandbox's, or the pool's. */
export type Belongs = { sandbox: string } | { pool: true };
const labelsOf = (belongs: Belongs): Record<string, string> => ({
  ...OURS,
  ...('sandbox' in belongs ? { [SANDBOX]: belongs.sandbox } : { [POOL]: 'warm' }),
});

/** What makes the cluster collect an object once its owner is gone. */
export const ownedBy = (kind: 'Pod' | 'PersistentVolumeClaim', name: string, uid: string): V1OwnerReference[] => [
  { apiVersion: 'v1', kind, name, uid },
];

/** The workspace and home of one sandbox. It outlives the pod; who deletes it takes the pod along. */
export const volumeOf = (
  name: string,
  belongs: Belongs,
  { diskMb, storageClass }: PodSettings,
): V1PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, labels: labelsOf(belongs) },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: `${diskMb}Mi` } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  },
});

/** What one sandbox holds: good for its own subjects and for egress, for a while, and for nothing else. */
export const secretOf = (
  name: string,
  belongs: Belongs,
  { natsCreds, modelToken }: { natsCreds: string; modelToken?: string },
  annotations: Readonly<Record<string, string>> = {},
): V1Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, labels: labelsOf(belongs), annotations },
  type: 'Opaque',
  stringData: { [files.creds]: natsCreds, ...(modelToken === undefined ? {} : { [files.token]: modelToken }) },
});

/**
 * A pod that keeps Kubernetes' *restricted* profile: nobody's user, no capability, no service account's token, a root that
 * cannot be written. `who` is what the runner is told by its environment; secrets are files only.
 */
export const podOf = (
  options: {
    name: string;
    belongs: Belongs;
    who: Readonly<Record<string, string>>;
    volume: { name: string; uid: string };
    secret: string;
    annotations?: Readonly<Record<string, string>>;
  },
  settings: PodSettings,
): V1Pod => {
  const { name, belongs, who, volume, secret } = options;
  const memory = `${settings.memoryMb}Mi`;
  const scratch = `${settings.tmpMb + LOG_MB}Mi`;
  const resources = { cpu: settings.cpu, memory, 'ephemeral-storage': scratch };
  const gone = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: NODE_PATIENCE });
  const environment = {
    ...who,
    LANG: 'C.UTF-8',
    HOME: inside.home,
    TMPDIR: inside.tmp,
    WORKSPACE_DIR: inside.workspace,
    NATS_URL: settings.natsUrl,
    NATS_CREDS: `${inside.secrets}/${files.creds}`,
    MODEL_URL: settings.modelUrl,
    // The network lets nothing through but NATS and egress.
    EGRESS_PROXY: '1',
    ...('sandbox' in belongs ? { MODEL_TOKEN_FILE: `${inside.secrets}/${files.token}` } : {}),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: labelsOf(belongs),
      ownerReferences: ownedBy('PersistentVolumeClaim', volume.name, volume.uid),
      // A cluster that makes room for itself does not take sandboxes: their turns are worth more than a node.
      annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', ...options.annotations },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // The first process reaps what agents leave behind; a runner is no init.
      shareProcessNamespace: true,
      terminationGracePeriodSeconds: GRACE,
      ...(settings.runtimeClass === undefined ? {} : { runtimeClassName: settings.runtimeClass }),
      ...(settings.pullSecret === undefined ? {} : { imagePullSecrets: [{ name: settings.pullSecret }] }),
      tolerations: [gone('node.kubernetes.io/not-ready'), gone('node.kubernetes.io/unreachable')],
      securityContext: {
        runAsNonRoot: true,
        runAsUser: AGENT,
        runAsGroup: AGENT,
        fsGroup: AGENT,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: CONTAINER,
          image: settings.image,
          imagePullPolicy: 'IfNotPresent',
          ...(settings.command === undefined ? {} : { command: [...settings.command] }),
          workingDir: inside.workspace,
          env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
          resources: { requests: resources, limits: resources },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [
            { name: 'files', mountPath: inside.workspace, subPath: 'workspace' },
            { name: 'files', mountPath: inside.home, subPath: 'home' },
            { name: 'secrets', mountPath: inside.secrets, readOnly: true },
            { name: 'tmp', mountPath: inside.tmp },
          ],
        },
      ],
      volumes: [
        { name: 'files', persistentVolumeClaim: { claimName: volume.name } },
        { name: 'secrets', secret: { secretName: secret, defaultMode: 0o400 } },
        { name: 'tmp', emptyDir: { sizeLimit: `${settings.tmpMb}Mi` } },
      ],
    },
  };
};
