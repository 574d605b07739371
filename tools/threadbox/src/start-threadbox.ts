import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@threadbox/tool-infrastructure';
import { environmentOf } from './environment.ts';
import { claimHome } from './home.ts';
import { bringInfrastructure } from './infrastructure.ts';
import { writeTargets } from './metrics-targets.ts';
import { bringPrograms } from './programs.ts';
import { serviceTable, type ServiceSpec } from './services.ts';
import { DoesNotStart, supervise, type Supervised } from './supervise.ts';

/** A whole Threadbox that runs. */
export type Threadbox = {
  /** The chat page, and the token that opens it. */
  webUrl: string;
  webToken: string;
  natsUrl: string;
  databaseUrl: string;
  /** The path of a NATS user's credentials. */
  creds: (user: string) => string;
  /** The model behind egress. */
  model: 'real' | 'rehearsal';
  /** Where a service tells its metrics. */
  metricsUrl: (service: string) => string;
  pid: (service: string) => number | undefined;
  kill: (service: string, signal?: NodeJS.Signals) => void;
  /** Drains and ends everything, infrastructure included. */
  stop: () => Promise<void>;
};

/** True where the environment names a model to talk to. */
const hasModel = (env: NodeJS.ProcessEnv): boolean =>
  [
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_API_KEY_FILE',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'CLAUDE_CODE_OAUTH_TOKEN_FILE',
    'ANTHROPIC_BASE_URL',
  ].some((name) => env[name] !== undefined && env[name] !== '');

/**
 * Starts a whole Threadbox with its data in `home`: infrastructure (unless NATS_URL and DATABASE_URL name some), credentials,
 * streams, then every service as a process of its own, each with only the settings that it needs. Resolves when all are
 * ready. Throws with a clear word, and ends what it had started, where something does not come up.
 */
export const startThreadbox = async (options: {
  home: string;
  env?: NodeJS.ProcessEnv;
  progress?: (line: string) => void;
  /** How many of a service run, where that is not one; the second session is called `session-1`. Those that listen share one port. */
  replicas?: Readonly<Record<string, number>>;
  /** Every line that a service logs. */
  onLog?: (service: string, line: string) => void;
  /** Other programs to run as a service, with their arguments: a test's, whose world is smaller than the real one. */
  programs?: Readonly<Record<string, readonly string[]>>;
  /** What Node is told before a service's program: a test's, that loads something of its own into it. */
  nodeOptions?: (service: string) => readonly string[];
}): Promise<Threadbox> => {
  const {
    env = process.env,
    progress = () => undefined,
    replicas = {},
    onLog,
    programs = {},
    nodeOptions = () => [],
  } = options;
  const home = resolve(options.home);
  const lock = await claimHome(home);
  const stops: Array<() => Promise<unknown>> = [lock.release];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      for (const step of stops.toReversed()) await step().catch(() => undefined);
    })();
    return stopped;
  };

  try {
    const [facts, bundled] = await Promise.all([
      bringInfrastructure({ home, env, progress, onStop: (step) => stops.push(step) }),
      bringPrograms(progress),
    ]);
    await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 });
    progress('starting the services …');
    const running = new Map<string, Supervised>();
    const healthPorts = new Map<string, number>();
    for (const { spec, name, share } of serviceTable.flatMap((one) => replicasOf(one, replicas[one.name] ?? 1))) {
      const healthPort = await freePort();
      healthPorts.set(name, healthPort);
      const service = supervise({
        name,
        command: [process.execPath, ...nodeOptions(spec.name), ...(programs[spec.name] ?? bundled.command(spec.name))],
        healthPort,
        logFile: join(home, 'logs', `${name}.log`),
        say: progress,
        env: {
          ...environmentOf(spec, facts, env, healthPort),
          ...share,
          ...(spec.name === 'sandbox' ? { SANDBOX_RUNNER: bundled.path('runner') } : {}),
        },
        ...(onLog ? { onLine: (line: string) => onLog(name, line) } : {}),
      });
      running.set(name, service);
      stops.push(service.stop);
    }
    await writeTargets(home, healthPorts);
    await allReady([...running.values()]);
    const webUrl = `http://127.0.0.1:${facts.gatewayPort}`;
    await lock.publish({ url: webUrl, natsUrl: facts.natsUrl, databaseUrl: facts.databaseUrl });
    return {
      webUrl,
      webToken: facts.webToken,
      natsUrl: facts.natsUrl,
      databaseUrl: facts.databaseUrl,
      creds: (user) => join(facts.credentialsFolder, 'creds', `${user}.creds`),
      model: hasModel(env) ? 'real' : 'rehearsal',
      metricsUrl: (service) => `http://127.0.0.1:${healthPorts.get(service)}/metrics`,
      pid: (service) => running.get(service)?.pid(),
      kill: (service, signal = 'SIGKILL') => running.get(service)?.kill(signal),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** The replicas of a service: what each is called, and what it is told about its share. */
const replicasOf = (
  spec: ServiceSpec,
  count: number,
): Array<{ spec: ServiceSpec; name: string; share: Record<string, string> }> =>
  Array.from({ length: count }, (_, ordinal) => {
    const name = ordinal === 0 ? spec.name : `${spec.name}-${ordinal}`;
    const several = { REPLICAS: String(count), ORDINAL: String(ordinal), SHARED_PORT: '1' };
    // We never start one while another of its name lives, so it may take up its former life's lease.
    return { spec, name, share: { INSTANCE: name, ...(count === 1 ? {} : several) } };
  });

/** One who looks for what is wrong wants all of it: after the first failure the others have this long to tell theirs. */
const TELL_ALL = 2000;

const allReady = async (services: readonly Supervised[]): Promise<void> => {
  const problems: string[] = [];
  const outcomes = services.map(({ ready }) => ready.catch((error: Error) => void problems.push(error.message)));
  const firstFailure = Promise.all(services.map(({ ready }) => ready)).catch(() => sleep(TELL_ALL));
  await Promise.race([Promise.all(outcomes), firstFailure]);
  if (problems.length > 0) throw new DoesNotStart([...new Set(problems)].join('\n\n'));
};
