import { passedOn, platforms } from '@threadbox/platforms';

/** A process that `start` runs: which of the settings it is given, and nothing else. */
export type ServiceSpec = {
  name: string;
  /** True for those with a NATS user, and with a database. */
  nats: boolean;
  database: boolean;
  /** The settings, by name, that pass from our environment to it. */
  settings: readonly string[];
  /** The half of each platform that it runs: those settings are its, too. */
  platforms?: 'hearing' | 'writing';
};

/** Every service, in the order in which they start; they end in the other direction. */
export const serviceTable: readonly ServiceSpec[] = [
  {
    name: 'egress',
    nats: true,
    database: false,
    settings: [
      ...['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'].flatMap((name) => [
        name,
        `${name}_FILE`,
      ]),
      'ANTHROPIC_BASE_URL',
      'EGRESS_ALLOW',
      'MODEL_PRICES',
      'MODEL_PRICES_FILE',
    ],
  },
  { name: 'relay', nats: true, database: false, settings: [], platforms: 'writing' },
  {
    name: 'sandbox',
    nats: true,
    database: true,
    settings: [
      'MAX_SANDBOXES',
      'SANDBOX_DRIVER',
      'SANDBOX_WALLS',
      'SANDBOX_READABLE',
      'SANDBOX_CPU',
      'SANDBOX_MEMORY_MB',
      'SANDBOX_PROCESSES',
      'SANDBOX_DISK_MB',
      'SANDBOX_CREDENTIAL_SECONDS',
      // By which systemd-run finds the user's own systemd.
      'XDG_RUNTIME_DIR',
      'SANDBOX_NATS_URL',
      'KUBECONFIG',
      'SANDBOX_NAMESPACE',
      'SANDBOX_IMAGE',
      'SANDBOX_PULL_SECRET',
      'SANDBOX_TMP_MB',
      'SANDBOX_RUNTIME_CLASS',
      'SANDBOX_STORAGE_CLASS',
      'SANDBOX_START_SECONDS',
      'WARM_SANDBOXES',
    ],
  },
  { name: 'session', nats: true, database: true, settings: ['IDLE_AFTER_SECONDS', 'DEFAULT_AGENT', 'EGRESS_ALLOW'] },
  { name: 'auth', nats: true, database: true, settings: ['PUBLIC_URL'] },
  {
    name: 'gateway',
    nats: true,
    database: false,
    settings: ['GATEWAY_HOST'],
    platforms: 'hearing',
  },
];

/** What every process may have of our environment. */
const COMMON = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
  'HTTPS_PROXY',
  'NO_PROXY',
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
];

/** The part of an environment that these names select. */
export const pick = (env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined || env[name] === '' ? [] : [[name, env[name]]])));

/** The part of an environment that is a service's platforms', further bots included. */
export const platformSettingsOf = (
  { platforms: half }: Pick<ServiceSpec, 'platforms'>,
  env: NodeJS.ProcessEnv,
): Record<string, string> =>
  half === undefined
    ? {}
    : pick(
        env,
        platforms.flatMap((platform) => passedOn(platform[half], env)),
      );

/** Everything of an environment that a service is given as it is. */
export const settingsOf = (
  spec: Pick<ServiceSpec, 'settings' | 'platforms'>,
  env: NodeJS.ProcessEnv,
): Record<string, string> => ({ ...pick(env, [...COMMON, ...spec.settings]), ...platformSettingsOf(spec, env) });
