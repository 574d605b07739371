import { secret, seconds } from '@threadbox/chassis';
import { leaseSettings, natsSettings } from '@threadbox/messaging';
import { databaseSettings } from '@threadbox/projections';
import { z } from 'zod';

/** What the Kubernetes driver needs beyond; with the local driver it means nothing. */
const cluster = z.object({
  /** A kubeconfig file; left out, the cluster that we run in. */
  KUBECONFIG: z.string().min(1).optional(),
  /** Every pod of a cluster has it. */
  KUBERNETES_SERVICE_HOST: z.string().min(1).optional(),
  /** The namespace of the sandboxes: nothing else lives there, and what nobody knows there is removed. */
  SANDBOX_NAMESPACE: z.string().min(1).default('threadbox-sandboxes'),
  SANDBOX_IMAGE: z.string().min(1).optional(),
  /** The secret in that namespace that the image is pulled with. */
  SANDBOX_PULL_SECRET: z.string().min(1).optional(),
  /** Megabytes of a sandbox's /tmp, on its node. */
  SANDBOX_TMP_MB: z.coerce.number().int().min(16).default(512),
  /** Such as gVisor's, where the cluster has one. */
  SANDBOX_RUNTIME_CLASS: z.string().min(1).optional(),
  SANDBOX_STORAGE_CLASS: z.string().min(1).optional(),
  /** Seconds until a pod that does not come up is given up, and its thread told why. */
  SANDBOX_START_SECONDS: seconds().default(180),
  /** How many pods wait, ready to be taken. */
  WARM_SANDBOXES: z.coerce.number().int().min(0).max(100).default(0),
  /** The seed that signs the NATS users of waiting pods, and can sign no others; needed with WARM_SANDBOXES. */
  NATS_WARM_SIGNING_SEED: secret().optional(),
});

/** What the sandbox service needs of its environment. */
export const settings = z.object({
  ...natsSettings.shape,
  ...leaseSettings.shape,
  ...databaseSettings.shape,
  /** How many sandboxes run at once; the rest wait in line. */
  MAX_SANDBOXES: z.coerce.number().int().min(1).max(10_000).default(3),
  /** Where sandboxes find their programs. */
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  /** Where sandboxes run: as processes behind walls on this machine, or as pods of a cluster. */
  SANDBOX_DRIVER: z.enum(['local', 'kubernetes']).default('local'),
  /** The folder that holds the local driver's sandboxes. */
  SANDBOX_ROOT: z.string().min(1).optional(),
  /** The program that local sandboxes run; the runner's source, if not given. */
  SANDBOX_RUNNER: z.string().min(1).optional(),
  /** bubblewrap's path. Sandboxes of the local driver have walls made with it, unless SANDBOX_WALLS says that they have none. */
  SANDBOX_BUBBLEWRAP: z.string().startsWith('/').optional(),
  SANDBOX_WALLS: z.enum(['bubblewrap', 'none']).default('bubblewrap'),
  /** More folders that walled sandboxes may read, with colons between: where agents and tools are installed. */
  SANDBOX_READABLE: z.string().optional(),
  /** How much of the processor one walled sandbox may use, in Kubernetes' notation: `1`, `0.5`, `500m`; left out, 2 here, 1 in a cluster. */
  SANDBOX_CPU: z
    .string()
    .regex(/^\d+(\.\d+)?m?$/, 'a quantity of processors such as 1 or 500m')
    .optional(),
  /** What else: megabytes of memory, processes (in a cluster that is the node's business), and megabytes of files. */
  SANDBOX_MEMORY_MB: z.coerce.number().int().min(256).default(2048),
  SANDBOX_PROCESSES: z.coerce.number().int().min(32).default(512),
  SANDBOX_DISK_MB: z.coerce.number().int().min(64).default(10_240),
  ...cluster.shape,
  /** The address that sandboxes reach NATS at, where it differs from ours. */
  SANDBOX_NATS_URL: z.string().min(1).optional(),
  /** The seed that signs sandboxes' NATS users, and can sign no others. */
  NATS_SIGNING_SEED: secret(),
  /** The account that those users belong to. */
  NATS_ACCOUNT: z.string().regex(/^A[A-Z2-7]{55}$/, 'an account’s public key'),
  /** Where sandboxes find their model: egress. */
  MODEL_URL: z.url(),
  /** Shared with egress: it signs each sandbox's token. */
  EGRESS_SECRET: secret(),
  /** How long a sandbox's credentials last, in seconds; a sandbox that outlives them is brought up again with new ones. */
  SANDBOX_CREDENTIAL_SECONDS: seconds().default(24 * 60 * 60),
});
export type Config = z.infer<typeof settings>;
