import type { NatsConnection } from '@nats-io/transport-node';
import { mintWarmCredentials } from '@threadbox/credentials';
import type { Config } from '../config.ts';
import type { Driver } from './driver.ts';
import { findCages } from './find-cages.ts';
import { createLocalDriver } from './local-driver.ts';
import { Misconfigured } from './misconfigured.ts';
import { wallsOf } from './walls.ts';

type Log = Record<'info' | 'warn', (fields: object, text: string) => void>;

const MEGABYTE = 1024 * 1024;
/** Milliseconds that an image may fail to come, and that a node may be late. */
const PATIENCE = { image: 30_000, node: 30_000 } as const;

/** Processors where nobody says otherwise: an agent starts faster with two, but in a cluster each one is reserved. */
const CPU = { local: '2', kubernetes: '1' } as const;

/** Processors, from Kubernetes' notation. */
const processors = (quantity: string): number =>
  quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);

const openLocal = async (config: Config, runner: string, log: Log): Promise<Driver> => {
  if (config.SANDBOX_ROOT === undefined)
    throw new Misconfigured('SANDBOX_ROOT: is missing: the folder for local sandboxes');
  const limits = {
    memory: config.SANDBOX_MEMORY_MB * MEGABYTE,
    processes: config.SANDBOX_PROCESSES,
    cpus: processors(config.SANDBOX_CPU ?? CPU.local),
    disk: config.SANDBOX_DISK_MB * MEGABYTE,
  };
  const walls = wallsOf(config);
  const cages = walls && (await findCages(limits));
  if (!walls)
    log.warn({}, 'SANDBOX_WALLS=none: sandboxes have NO walls, agents can read and do whatever this user can');
  else if (cages) log.info({ by: cages.by }, 'the kernel holds sandboxes to their limits');
  else
    log.warn(
      {},
      'no cgroups and no systemd that we may use: memory and processes are looked at now and then, the processor has no limit',
    );
  return createLocalDriver({
    root: config.SANDBOX_ROOT,
    natsUrl: config.SANDBOX_NATS_URL ?? config.NATS_URL,
    modelUrl: config.MODEL_URL,
    command: [process.execPath, runner],
    path: config.PATH,
    walls,
    limits,
    cages,
  });
};

/** Loaded when it is wanted: the library behind it is larger than everything else of this service. */
const openKubernetes = async (config: Config, nc: NatsConnection, log: Log): Promise<Driver> => {
  const { SANDBOX_IMAGE: image, WARM_SANDBOXES: size, NATS_WARM_SIGNING_SEED: signingSeed } = config;
  if (image === undefined) throw new Misconfigured('SANDBOX_IMAGE: is missing: the image that sandboxes run');
  if (size > 0 && signingSeed === undefined)
    throw new Misconfigured('NATS_WARM_SIGNING_SEED: is missing: WARM_SANDBOXES needs it');
  const { connectCluster, createKubernetesDriver, createWarmPool } = await import('./kubernetes/index.ts');
  const cluster = connectCluster({
    kubeconfig: config.KUBECONFIG,
    inside: config.KUBERNETES_SERVICE_HOST !== undefined,
    namespace: config.SANDBOX_NAMESPACE,
  });
  const pods = {
    image,
    pullSecret: config.SANDBOX_PULL_SECRET,
    runtimeClass: config.SANDBOX_RUNTIME_CLASS,
    storageClass: config.SANDBOX_STORAGE_CLASS,
    cpu: config.SANDBOX_CPU ?? CPU.kubernetes,
    memoryMb: config.SANDBOX_MEMORY_MB,
    diskMb: config.SANDBOX_DISK_MB,
    tmpMb: config.SANDBOX_TMP_MB,
    natsUrl: config.SANDBOX_NATS_URL ?? config.NATS_URL,
    modelUrl: config.MODEL_URL,
  };
  const patience = { ...PATIENCE, start: config.SANDBOX_START_SECONDS * 1000 };
  const mint = (id: string): Promise<string> =>
    mintWarmCredentials({
      signingSeed: signingSeed ?? '',
      accountPublicKey: config.NATS_ACCOUNT,
      warmId: id,
      expiresIn: config.SANDBOX_CREDENTIAL_SECONDS,
    });
  const pool = createWarmPool({ cluster, pods, patience, size, mint, nc, log });
  return createKubernetesDriver({ cluster, pods, patience, pool, log });
};

/** The driver that the settings ask for; `runner` is the program of local sandboxes. Throws `Misconfigured` where they lack what it needs. */
export const openDriver = async (options: {
  config: Config;
  nc: NatsConnection;
  runner: string;
  log: Log;
}): Promise<Driver> => {
  const { config, nc, runner, log } = options;
  return config.SANDBOX_DRIVER === 'local' ? openLocal(config, runner, log) : openKubernetes(config, nc, log);
};
