/**
 * Sandboxes as process groups on this machine.
 *
 * Semantics: each has a folder of its own with `workspace/` (the agent's files), `home/` (the agent's memory, the
 * runner's journal) and `nats.creds`; its runner has an environment made from nothing, and holds no secret but its own.
 * This driver separates sandboxes from each other by folder and by credential, not by the kernel.
 *
 * Implementation: the runner is the leader of a process group and holds the end of a pipe to us; when we die, however
 * that comes, the pipe closes and it ends. What its tools moved to other groups is found by the sandbox's folder in
 * their environment, and killed too.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SandboxUnavailable, type Driver, type SandboxSpec } from './driver.ts';
import { killProcessesOf } from './processes.ts';

/** How long a runner may take to end by itself, in milliseconds. */
const GRACE = 5000;
/** A runner's log starts anew once it is larger than this, in bytes. */
const LOG_BYTES = 5 * 1024 * 1024;

type Settings = {
  /** The folder that holds all sandboxes. */
  root: string;
  natsUrl: string;
  modelUrl: string;
  /** How a runner is started: the program and its arguments. */
  command: readonly [string, ...string[]];
  /** The PATH that sandboxes get. */
  path: string;
};

/** The local driver. Needs nothing but this machine. */
export const createLocalDriver = (settings: Settings): Driver => {
  const root = resolve(settings.root);
  const running = new Map<string, { child: ChildProcess; ended: Promise<void> }>();
  const stopping = new Set<string>();
  const listeners: Array<(id: string, reason: string) => void> = [];

  const folderOf = (id: string): string => {
    // Ids become folder names: nothing but a UUID may.
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new TypeError('a sandbox id is a UUID');
    return join(root, id);
  };

  const prepare = async ({ id, natsCreds }: SandboxSpec): Promise<string> => {
    const folder = folderOf(id);
    try {
      for (const name of ['workspace', 'home', 'tmp'])
        await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      await writeFile(join(folder, 'nats.creds'), natsCreds, { mode: 0o600 });
    } catch (error) {
      throw new SandboxUnavailable(`its folder cannot be written (${codeOf(error)})`, { cause: error });
    }
    return folder;
  };

  const environment = ({ id, agent, modelToken }: SandboxSpec, folder: string): Record<string, string> => ({
    PATH: settings.path,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    SANDBOX_ID: id,
    AGENT: agent,
    NATS_URL: settings.natsUrl,
    NATS_CREDS: join(folder, 'nats.creds'),
    WORKSPACE_DIR: join(folder, 'workspace'),
    MODEL_URL: settings.modelUrl,
    MODEL_TOKEN: modelToken,
    THREADBOX_SUPERVISED: '1',
  });

  const start = async (spec: SandboxSpec): Promise<void> => {
    if (running.has(spec.id)) return;
    const folder = await prepare(spec);
    // What an earlier life of this machine may have left.
    await killProcessesOf(folder);
    const logFile = join(folder, 'runner.log');
    const old = await stat(logFile).catch(() => undefined);
    const log = createWriteStream(logFile, { flags: old && old.size > LOG_BYTES ? 'w' : 'a', mode: 0o600 });
    // A full disk must not end the service; the log is a courtesy.
    log.on('error', () => undefined);
    const [program, ...args] = settings.command;
    const child = spawn(program, args, {
      cwd: join(folder, 'workspace'),
      env: environment(spec, folder),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.stdin.on('error', () => undefined);
    const ended = new Promise<void>((resolveEnded) => {
      child.once('error', () => resolveEnded());
      child.once('exit', () => resolveEnded());
    });
    running.set(spec.id, { child, ended });
    child.once('exit', (code, signal) => {
      running.delete(spec.id);
      log.end();
      // Asked now: by the time that everything is cleaned up, the stop may be over.
      const wasTold = stopping.has(spec.id);
      void killProcessesOf(folder).then(() => {
        if (wasTold) return;
        const reason = `its runner ended (${signal ?? `exit code ${code}`})`;
        for (const listener of listeners) listener(spec.id, reason);
      });
    });
    await new Promise<void>((resolveSpawned, reject) => {
      child.once('spawn', resolveSpawned);
      child.once('error', (error) => {
        running.delete(spec.id);
        reject(new SandboxUnavailable(`its process cannot be started (${codeOf(error)})`, { cause: error }));
      });
    });
  };

  const stop = async (id: string): Promise<void> => {
    const folder = folderOf(id);
    stopping.add(id);
    try {
      const runner = running.get(id);
      if (runner) {
        runner.child.kill('SIGTERM');
        const timer = setTimeout(() => runner.child.kill('SIGKILL'), GRACE);
        await runner.ended;
        clearTimeout(timer);
      }
      await killProcessesOf(folder);
    } finally {
      stopping.delete(id);
    }
  };

  return {
    start,
    stop,
    remove: async (id) => {
      await stop(id);
      await rm(folderOf(id), { recursive: true, force: true, maxRetries: 5 });
    },
    list: async () => {
      const names = await access(root).then(
        () => readdir(root),
        () => [],
      );
      return names.filter((name) => /^[0-9a-f-]{36}$/.test(name)).map((id) => ({ id, running: running.has(id) }));
    },
    onExit: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
