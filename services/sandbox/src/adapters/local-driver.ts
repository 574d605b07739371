/**
 * Sandboxes as process groups on this machine.
 *
 * Semantics: each has a folder of its own with `workspace/` (the agent's files), `home/` (the agent's memory, the
 * runner's journal) and `nats.creds`; its runner has an environment made from nothing, and holds no secret but its own.
 * Behind walls (bubblewrap) it sees its own files and a read-only system, its own processes, and no network: two sockets
 * lead to NATS and to egress. Without walls sandboxes are separated by folder and credential only.
 *
 * Implementation: the runner holds the end of a pipe to us; when we die, however that comes, the pipe closes and it
 * ends, and so does a namespace whose bubblewrap lost its parent. What is left without walls is found by the
 * sandbox's id in its environment, and killed too.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, chmod, mkdir, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bubblewrapArgs, inside } from './bubblewrap.ts';
import type { Cage, Cages } from './cage.ts';
import { SandboxUnavailable, type Driver, type SandboxSpec } from './driver.ts';
import { watchLimits, type Limits, type Watched } from './limits.ts';
import { killProcessesOf } from './processes.ts';
import { openWaysOut, type Way, type WaysOut } from './ways-out.ts';

/** How long a runner may take to end by itself, in milliseconds. */
const GRACE = 5000;
/** A runner's log starts anew once it is larger than this, in bytes. */
const LOG_BYTES = 5 * 1024 * 1024;
/** The size of a walled sandbox's /tmp, in bytes. */
const TMP_BYTES = 512 * 1024 * 1024;

type Settings = {
  /** The folder that holds all sandboxes. */
  root: string;
  natsUrl: string;
  modelUrl: string;
  /** How a runner is started: the program and its arguments. */
  command: readonly [string, ...string[]];
  /** The PATH that sandboxes get. */
  path: string;
  /** Undefined: sandboxes have no walls, and see what we see. */
  walls: Walls | undefined;
  /** Kept for walled sandboxes; undefined: they may use what there is. */
  limits?: Limits;
  /** How the kernel holds walled sandboxes to their limits; undefined where it cannot. */
  cages?: Cages | undefined;
  /** How often files are measured, in milliseconds; made shorter by tests. */
  filesEvery?: number;
};

/** What walls are made with: bubblewrap's path, and what can be read through them beside the system. */
export type Walls = { bubblewrap: string; readable: readonly string[] };

/** A runner's process. `namespace`: that of a walled sandbox's processes, once it is known. */
type Running = { child: ChildProcess; ended: Promise<void>; namespace: string | undefined; cage: Cage | undefined };

/** The local driver. Needs nothing but this machine. */
export const createLocalDriver = (settings: Settings): Driver => {
  const root = resolve(settings.root);
  const running = new Map<string, Running>();
  /** What is still cleaned up behind those that ended. */
  const cleaning = new Map<string, Promise<void>>();
  const stopping = new Set<string>();
  const over = new Map<string, string>();
  const listeners: Array<Parameters<Driver['onExit']>[0]> = [];

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

  const environment = ({ id, agent, modelToken }: SandboxSpec): Record<string, string> => ({
    PATH: settings.path,
    LANG: 'C.UTF-8',
    SANDBOX_ID: id,
    AGENT: agent,
    MODEL_TOKEN: modelToken,
    THREADBOX_SUPERVISED: '1',
  });

  /** The runner as it is, with our eyes and our network. */
  const bare = (spec: SandboxSpec, folder: string) => ({
    command: settings.command,
    env: {
      ...environment(spec),
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      NATS_URL: settings.natsUrl,
      NATS_CREDS: join(folder, 'nats.creds'),
      WORKSPACE_DIR: join(folder, 'workspace'),
      MODEL_URL: settings.modelUrl,
    },
    ways: undefined as WaysOut | undefined,
  });

  /** The runner behind walls; what leads out ends with it. */
  const walled = async (spec: SandboxSpec, folder: string, { bubblewrap, readable }: Walls) => {
    const [nats, egress] = [wayTo('nats', settings.natsUrl), wayTo('egress', settings.modelUrl)];
    const ways = await openWaysOut([nats, egress]);
    const local = (given: string, port: number): string => {
      const { protocol } = new URL(given);
      return `${protocol}//127.0.0.1:${port}`;
    };
    const env = {
      ...environment(spec),
      HOME: inside.home,
      TMPDIR: inside.tmp,
      NATS_URL: local(settings.natsUrl, nats.port),
      NATS_CREDS: inside.creds,
      WORKSPACE_DIR: inside.workspace,
      MODEL_URL: local(settings.modelUrl, egress.port),
      WAYS_OUT: [nats, egress].map(({ name, port }) => `${port}=${inside.run}/${name}`).join(','),
    };
    const enclosure = {
      workspace: join(folder, 'workspace'),
      home: join(folder, 'home'),
      creds: join(folder, 'nats.creds'),
      sockets: ways.folder,
      readable,
      tmpBytes: TMP_BYTES,
      env,
    };
    const args = bubblewrapArgs(enclosure, settings.command);
    return { command: [bubblewrap, '--json-status-fd', '3', ...args], env: {}, ways };
  };

  const start = async (spec: SandboxSpec): Promise<void> => {
    if (running.has(spec.id)) return;
    await cleaning.get(spec.id);
    const folder = await prepare(spec);
    // What an earlier life of this machine may have left.
    await killProcessesOf(spec.id);
    const logFile = join(folder, 'runner.log');
    const old = await stat(logFile).catch(() => undefined);
    const log = createWriteStream(logFile, { flags: old && old.size > LOG_BYTES ? 'w' : 'a', mode: 0o600 });
    // A full disk must not end the service; the log is a courtesy.
    log.on('error', () => undefined);
    const { command, env, ways } = settings.walls ? await walled(spec, folder, settings.walls) : bare(spec, folder);
    const cage = settings.walls ? await settings.cages?.open(spec.id) : undefined;
    const [program = '', ...args] = cage ? cage.wrap(command) : command;
    const child = spawn(program, args, {
      cwd: join(folder, 'workspace'),
      env,
      detached: true,
      // The fourth tells what bubblewrap has made.
      stdio: settings.walls ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.stdin?.on('error', () => undefined);
    const ended = new Promise<void>((resolveEnded) => {
      child.once('error', () => resolveEnded());
      child.once('exit', () => resolveEnded());
    });
    const entry: Running = { child, ended, namespace: undefined, cage };
    running.set(spec.id, entry);
    if (settings.walls) void namespaceOf(child).then((namespace) => (entry.namespace = namespace));
    child.once('exit', (code, signal) => {
      running.delete(spec.id);
      log.end();
      // Asked now: by the time that everything is cleaned up, the stop may be over.
      const wasTold = stopping.has(spec.id);
      const cleaned = (async () => {
        const struck = await cage?.strike(child.pid);
        await Promise.all([killProcessesOf(spec.id), ways?.close()]);
        await cage?.close();
        if (wasTold) return;
        const limit = over.get(spec.id) ?? struck;
        over.delete(spec.id);
        const reason = limit ?? `its runner ended (${signal ?? `exit code ${code}`})`;
        for (const listener of listeners) listener(spec.id, reason, limit === undefined ? 'died' : 'over-limit');
      })();
      cleaning.set(
        spec.id,
        cleaned.catch(() => undefined).finally(() => cleaning.delete(spec.id)),
      );
    });
    await new Promise<void>((resolveSpawned, reject) => {
      child.once('spawn', resolveSpawned);
      child.once('error', (error) => {
        running.delete(spec.id);
        void Promise.all([ways?.close(), cage?.close()]);
        reject(new SandboxUnavailable(`its process cannot be started (${codeOf(error)})`, { cause: error }));
      });
    });
  };

  const stop = async (id: string): Promise<void> => {
    folderOf(id);
    stopping.add(id);
    try {
      const runner = running.get(id);
      if (runner) {
        // Behind walls a signal would reach bubblewrap only, and end all at once: a closed pipe lets the runner end in good order.
        if (settings.walls) runner.child.stdin?.end();
        else runner.child.kill('SIGTERM');
        const timer = setTimeout(() => runner.child.kill('SIGKILL'), GRACE);
        await runner.ended;
        clearTimeout(timer);
      }
      await cleaning.get(id);
      await killProcessesOf(id);
    } finally {
      stopping.delete(id);
    }
  };

  const watched = (): ReadonlyMap<string, Watched> =>
    new Map(
      [...running].flatMap(([id, { namespace, cage, child }]) =>
        namespace === undefined || over.has(id)
          ? []
          : [[id, { namespace, folder: folderOf(id), strike: cage && (() => cage.strike(child.pid)) }]],
      ),
    );
  const { limits, filesEvery } = settings;
  const watch =
    limits &&
    watchLimits({
      limits,
      sandboxes: watched,
      ...(filesEvery !== undefined && { filesEvery }),
      onOver: (id, reason) => {
        over.set(id, reason);
        // With the first process of its namespace all others end.
        running.get(id)?.child.kill('SIGKILL');
      },
    });

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
      watch?.stop();
      await Promise.all([...running.keys()].map(stop));
    },
  };
};

/**
 * The pid namespace that bubblewrap made, as the kernel names it; undefined where it never came so far. What bubblewrap says is
 * read to its end: it would die of writing to nobody.
 */
const namespaceOf = (child: ChildProcess): Promise<string | undefined> =>
  new Promise((done) => {
    const status = child.stdio[3];
    if (!status || !('setEncoding' in status)) return done(undefined);
    let text = '';
    status.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid === undefined) return;
      readlink(`/proc/${pid}/ns/pid`).then(done, () => done(undefined));
    });
    status.on('error', () => done(undefined)).on('close', () => done(undefined));
  });

/** The address behind a URL, as a way out. */
const wayTo = (name: string, given: string): Way => {
  const { hostname, port, protocol } = new URL(given);
  const usual = protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : 4222;
  return { name, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || usual };
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
