/**
 * Keeps one process running: starts it, waits until it is ready, starts it again when it dies or hangs, and ends it gracefully.
 * The process holds the end of a pipe to us on its standard input, and ends when we do, however that comes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchPulse, type Pulse } from './pulse.ts';

/** A process that will not come up; the message holds its own words. */
export class DoesNotStart extends Error {
  override readonly name = 'DoesNotStart';
}

/** A supervised process. */
export type Supervised = {
  name: string;
  pid: () => number | undefined;
  /** Resolves when it is ready for the first time. */
  ready: Promise<void>;
  kill: (signal: NodeJS.Signals) => void;
  stop: () => Promise<void>;
};

const EXIT_CONFIG = 78;
const LOG_BYTES = 10 * 1024 * 1024;
const GRACE = 12_000;
const PATIENCE = 60_000;

/** Starts and watches a process. `say` gets a line for people: when it dies and when it is back. */
export const supervise = (options: {
  name: string;
  command: readonly [string, ...string[]];
  env: Record<string, string>;
  healthPort: number;
  logFile: string;
  say: (line: string) => void;
  /** Every line it logs, as it is. */
  onLine?: (line: string) => void;
  /** How it is noticed that it hangs. */
  pulse?: Pulse;
}): Supervised => {
  const { name, command, env, healthPort, logFile, say, onLine, pulse } = options;
  const log = createWriteStream(logFile, { flags: sizeOf(logFile) > LOG_BYTES ? 'w' : 'a', mode: 0o600 });
  // A full disk must not end the whole: the log is a courtesy.
  log.on('error', () => undefined);
  let child: ChildProcess | undefined;
  let words = '';
  const ending = new AbortController();
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => undefined);

  const isReady = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    return answer?.status === 200;
  };

  const launch = (): Promise<{ code: number | null; signal: NodeJS.Signals | null }> => {
    const [program, ...args] = command;
    const started = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child = started;
    started.stdin.on('error', () => undefined);
    let rest = '';
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log.write(chunk);
        const text = chunk.toString();
        if (stream === started.stderr) words = (words + text).slice(-4000);
        if (!onLine) return;
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
    }
    return new Promise((resolve) => {
      started.once('exit', (code, signal) => resolve({ code, signal }));
      started.once('error', (error) => {
        words += error.message;
        resolve({ code: EXIT_CONFIG, signal: null });
      });
    });
  };

  const awaitReady = async (current: () => boolean): Promise<boolean> => {
    const deadline = Date.now() + PATIENCE;
    while (current() && Date.now() < deadline) {
      if (await isReady()) return true;
      await sleep(50);
    }
    return false;
  };

  const loop = (async () => {
    for (let wait = 200, life = 0; !ending.signal.aborted; life += 1) {
      const startedAt = Date.now();
      let over = false;
      const exit = launch().finally(() => {
        over = true;
      });
      const current = (): boolean => !over && !ending.signal.aborted;
      void awaitReady(current).then((ready) => {
        if (ready && life > 0) say(`${name} is back`);
        if (ready) {
          first.resolve();
          const onGone = (): void => {
            say(`${name} hangs; ending it`);
            child?.kill('SIGKILL');
          };
          void watchPulse({ port: healthPort, current, onGone, pulse });
        } else if (current())
          first.reject(new DoesNotStart(`${name} is not ready after ${PATIENCE / 1000} s; see ${logFile}`));
      });
      const { code, signal } = await exit;
      if (ending.signal.aborted) return;
      if (code === EXIT_CONFIG) return first.reject(new DoesNotStart(words.trim() || `${name} cannot start`));
      if (Date.now() - startedAt > 10_000) wait = 200;
      say(`${name} ended (${signal ?? `exit code ${code}`}); starting it again`);
      await sleep(wait);
      wait = Math.min(wait * 2, 10_000);
    }
  })();

  return {
    name,
    pid: () => child?.pid,
    ready: first.promise,
    kill: (signal) => void child?.kill(signal),
    stop: async () => {
      ending.abort();
      const current = child;
      if (current && current.exitCode === null && current.signalCode === null) {
        current.kill('SIGTERM');
        const timer = setTimeout(() => current.kill('SIGKILL'), GRACE);
        await new Promise((resolve) => {
          current.once('exit', resolve);
        });
        clearTimeout(timer);
      }
      await Promise.race([loop, sleep(50)]);
      log.end();
    },
  };
};

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};
