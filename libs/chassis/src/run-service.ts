import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { loadConfig, port } from './config.ts';
import { isDriverDefect } from './driver-defect.ts';
import { startHealth, type Check } from './health.ts';
import { createLog, type Log } from './log.ts';
import { observeProcess } from './process-metrics.ts';
import { startTelemetry } from './telemetry.ts';

/** The settings that every service has. */
export const commonSettings = z.object({
  HEALTH_HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: port().default(0),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  /** `1` where a supervisor holds our standard input: once it closes, the supervisor is dead and so are we. */
  THREADBOX_SUPERVISED: z.string().optional(),
});

/** What a service's start is given. It is ready once its start resolved. */
export type Service<Config> = {
  config: Config;
  log: Log;
  /** To be done when the service ends; the last one given is done first. */
  onStop: (stop: () => unknown) => void;
  /** What `/readyz` asks about. */
  check: (name: string, check: Check) => void;
  /** What `/readyz` tells besides, whatever it is: one that stands by is as ready as one at work. */
  tell: (name: string, fact: () => string) => void;
  /** Something without which the service is deaf has ended for good: logged, and the process ends with 1 to be started anew. */
  fail: (error: Error) => void;
};

/** The exit code for settings that cannot be worked with (EX_CONFIG of sysexits.h): trying again is no use. */
export const EXIT_CONFIG = 78;
/** Errors that say which setting is wrong, by name: a platform's own among them. */
const SETTINGS_ERRORS: ReadonlySet<string> = new Set(['ConfigError', 'Misconfigured']);
/** How long a graceful end may take, in milliseconds. */
const DRAIN = 10_000;

/**
 * Runs a service from its settings to its end: settings checked all at once (exit code 78), log, telemetry, health, then
 * `start`. SIGTERM and SIGINT drain it within ten seconds; an error that nobody caught is logged and ends it with 1.
 */
export const runService = async <Settings extends z.ZodObject>(
  name: string,
  settings: Settings,
  start: (service: Service<z.infer<Settings>>) => Promise<void>,
): Promise<void> => {
  const loaded = load(name, settings);
  if (!loaded) return;
  const { base, config } = loaded;
  const log = createLog(name, base.LOG_LEVEL);
  const telemetry = startTelemetry(name, base.OTEL_EXPORTER_OTLP_ENDPOINT, log);
  const checks = new Map<string, Check>();
  const facts = new Map<string, () => string>();
  const stops: Array<() => unknown> = [];
  let state: 'starting' | 'ready' | 'stopping' = 'starting';

  const stop = async (reason: string, code: number): Promise<void> => {
    if (state === 'stopping') return;
    state = 'stopping';
    log.info({ reason }, 'stopping');
    setTimeout(() => process.exit(code || 1), DRAIN).unref();
    for (const step of stops.toReversed()) {
      try {
        await step();
      } catch (error) {
        log.warn({ err: error }, 'a step of the end failed');
      }
    }
    await telemetry.stop();
    process.exit(code);
  };
  const crash = (error: unknown): void => {
    if (isDriverDefect(error)) return log.warn({ err: error }, 'a database connection was lost');
    log.fatal({ err: error }, 'an error that nobody caught');
    void stop('error', 1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal, 0));
  if (base.THREADBOX_SUPERVISED === '1') {
    process.stdin.resume();
    process.stdin.on('end', () => void stop('the supervisor is gone', 1));
    process.stdin.on('error', () => void stop('the supervisor is gone', 1));
  }

  try {
    const health = await startHealth({
      host: base.HEALTH_HOST,
      port: base.HEALTH_PORT,
      started: () => state === 'ready',
      checks,
      facts,
      metrics: telemetry.metrics,
    });
    stops.push(health.stop, observeProcess(health.isReady));
    await start({
      config,
      log,
      onStop: (step) => stops.push(step),
      check: (what, check) => checks.set(what, check),
      tell: (what, fact) => facts.set(what, fact),
      fail: crash,
    });
    if (state === 'starting') state = 'ready';
    log.info({ health: health.port }, 'ready');
  } catch (error) {
    // Settings that only showed to be wrong when they were used: a token that a platform refuses, say.
    if (error instanceof Error && SETTINGS_ERRORS.has(error.name)) {
      process.stderr.write(`${name}: ${error.message}\n`);
      await stop('settings', EXIT_CONFIG);
    } else crash(error);
  }
};

const load = <Settings extends z.ZodObject>(name: string, settings: Settings) => {
  try {
    // All at once: what is wrong with the common settings and with the service's own.
    const all: unknown = loadConfig(z.object({ ...commonSettings.shape, ...settings.shape }));
    return { base: all as z.infer<typeof commonSettings>, config: all as z.infer<Settings> };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = EXIT_CONFIG;
    return undefined;
  }
};
