/**
 * A program in a process group of its own, and the end of all that came of it.
 *
 * Killing an agent alone leaves its tools running, and some tools (Claude Code's shell) move to a group of their own. So
 * every process bears a mark in its environment, and the end of the group is followed by a search for the mark
 * (Linux only; elsewhere the group is all there is).
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';

/** A running program. */
export type Group = {
  stdin: Writable;
  stdout: Readable;
  /** Resolves once the program itself has ended, with how. */
  ended: Promise<string>;
  /** The last of what it wrote to standard error. */
  lastWords: () => string;
  /** Ends all of it: asked first, forced after `grace` milliseconds. */
  kill: (grace: number) => Promise<void>;
};

/** The program could not be started; `code` is `ENOENT` where it is not there. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly code: string;
  constructor(command: string, code: string, options?: ErrorOptions) {
    super(`${command} cannot be started (${code})`, options);
    this.code = code;
  }
}

const MARK = 'THREADBOX_AGENT_OF';
/** Characters of standard error that are kept. */
const WORDS = 8000;

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
};

const markedProcesses = async (mark: string): Promise<number[]> => {
  const entries = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    entries
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const environ = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
        return environ.split('\0').some((entry) => entry.startsWith(`${MARK}=${mark}`)) ? [Number(name)] : [];
      }),
  );
  return found.flat();
};

/** Kills every process whose mark begins like this, whoever started it. */
export const killMarked = async (mark: string): Promise<void> => {
  for (let round = 0; round < 20; round += 1) {
    const pids = await markedProcesses(mark);
    if (pids.length === 0) return;
    for (const pid of pids) signal(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** Starts a program. Its environment is `env` and a mark that begins with `mark`, nothing else. Rejects with `NotStarted`. */
export const startGroup = async (
  command: string,
  args: readonly string[],
  { env, cwd, mark }: { env: Record<string, string>; cwd: string; mark: string },
): Promise<Group> => {
  const ownMark = `${mark}:${randomUUID()}`;
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(command, args, {
    cwd,
    env: { ...env, [MARK]: ownMark },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-WORDS);
  });
  // Writing to a program that just died is no news: its end is told by `ended`.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, name) => resolve(name === null ? `exit code ${code}` : name));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new NotStarted(command, 'code' in cause ? String(cause.code) : cause.name, { cause })),
    );
  });
  const pid = child.pid;
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended,
    lastWords: () => words,
    kill: async (grace) => {
      if (pid === undefined) return;
      if (grace > 0) {
        signal(-pid, 'SIGTERM');
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, grace))]);
      }
      signal(-pid, 'SIGKILL');
      await killMarked(ownMark);
      await ended;
    },
  };
};
