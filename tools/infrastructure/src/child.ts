import { spawn, type ChildProcess } from 'node:child_process';

/** A program of ours in the background. */
export type Child = {
  pid: number;
  /** Its last words, for an error. */
  words: () => string;
  ended: Promise<number | null>;
  isOver: () => boolean;
  /** Ends it: a signal first, SIGKILL after `grace` milliseconds. */
  stop: (signal?: NodeJS.Signals, grace?: number) => Promise<void>;
};

const WORDS = 4000;

/**
 * Starts a program that ends with us, however we end: a small shell holds the end of a pipe to us, and kills the program
 * once the pipe closes. Rejects where it cannot be started.
 */
export const startChild = async (
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Child> => {
  const child: ChildProcess = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-WORDS);
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  const guard = spawn(
    '/bin/sh',
    ['-c', `read _ ; kill -INT ${pid} 2>/dev/null; sleep 3; kill -KILL ${pid} 2>/dev/null`],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  guard.unref();
  guard.stdin.on('error', () => undefined);
  void ended.then(() => guard.kill('SIGKILL'));
  return {
    pid,
    words: () => words.trim(),
    ended,
    isOver: () => child.exitCode !== null || child.signalCode !== null,
    stop: async (signal = 'SIGTERM', grace = 5000) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), grace);
      await ended;
      clearTimeout(timer);
    },
  };
};
