import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { counter, strikeWord, type Cage, type Cages } from './cage.ts';
import type { Limits } from './limits.ts';

/** The kernel's period for shares of processor time, in microseconds. */
const PERIOD = 100_000;
const CONTROLLERS = ['memory', 'pids', 'cpu'] as const;
type Controller = (typeof CONTROLLERS)[number];

/** Where groups can be made: one folder a controller (version 1), or one for all (version 2). */
type Hierarchy = { version: 1 | 2; folders: Readonly<Record<Controller, string>> };

const groupName = (id: string): string => `threadbox-${id}`;
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** What is written for a limit, by file; those with `?` may be missing. */
const settingsOf = (
  { memory, processes, cpus }: Limits,
  version: 1 | 2,
): Record<Controller, ReadonlyArray<readonly [file: string, value: string]>> => {
  const quota = Math.max(1000, Math.round(cpus * PERIOD));
  return version === 1
    ? {
        memory: [['memory.limit_in_bytes', String(memory)]],
        pids: [['pids.max', String(processes)]],
        cpu: [['cpu.cfs_quota_us', String(quota)]],
      }
    : {
        memory: [
          ['memory.max', String(memory)],
          ['memory.swap.max?', '0'],
        ],
        pids: [['pids.max', String(processes)]],
        cpu: [['cpu.max', `${quota} ${PERIOD}`]],
      };
};

/** Our own place in each hierarchy, from the kernel's lists; undefined where a controller is not to be had. */
const findHierarchy = async (): Promise<Hierarchy | undefined> => {
  const mounts = (await read('/proc/self/mountinfo')).split('\n').flatMap((line) => {
    // 36 35 98:0 /root /mount/point options - type source super-options (proc(5))
    const [, root, point, type, more] = /^\d+ \d+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$/.exec(line) ?? [];
    return root === '/' && point && type ? [{ point, type, options: (more ?? '').split(',') }] : [];
  });
  const own = (await read('/proc/self/cgroup')).split('\n').map((line) => line.split(':'));
  const ownIn = (name: string): string | undefined =>
    own.find(([, controllers = '']) => controllers.split(',').includes(name))?.[2];

  const old = CONTROLLERS.flatMap((name): Array<[Controller, string]> => {
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(name));
    const path = ownIn(name);
    return mount && path ? [[name, join(mount.point, path)]] : [];
  });
  if (old.length === CONTROLLERS.length)
    return { version: 1, folders: Object.fromEntries(old) as Record<Controller, string> };

  const mount = mounts.find(({ type }) => type === 'cgroup2');
  const path = ownIn('');
  if (!mount || path === undefined) return undefined;
  const folder = join(mount.point, path);
  // Groups with processes of their own pass no controllers on; the root is the exception. Then there is systemd.
  await writeFile(join(folder, 'cgroup.subtree_control'), CONTROLLERS.map((name) => `+${name}`).join(' '));
  return { version: 2, folders: { memory: folder, pids: folder, cpu: folder } };
};

const cageIn = async ({ version, folders }: Hierarchy, limits: Limits, id: string): Promise<Cage> => {
  const groups = Object.fromEntries(
    Object.entries(folders).map(([controller, folder]) => [controller, join(folder, groupName(id))]),
  ) as Record<Controller, string>;
  const all = [...new Set(Object.values(groups))];
  for (const group of all) await mkdir(group, { recursive: true });
  const settings = settingsOf(limits, version);
  for (const controller of CONTROLLERS)
    for (const [file, value] of settings[controller]) {
      const writing = writeFile(join(groups[controller], file.replace('?', '')), value);
      await (file.endsWith('?') ? writing.catch(() => undefined) : writing);
    }
  const count = async () => ({
    oomKills: counter(
      await read(join(groups.memory, version === 1 ? 'memory.oom_control' : 'memory.events')),
      'oom_kill',
    ),
    forksRefused: counter(await read(join(groups.pids, 'pids.events')), 'max'),
  });
  const before = await count();
  return {
    // A shell that joins and becomes the command: nothing is ever started outside.
    wrap: (command) => [
      '/bin/sh',
      '-c',
      `for group in ${all.map((group) => `'${group}'`).join(' ')}; do echo $$ > "$group/cgroup.procs" || exit 125; done; exec "$@"`,
      'sh',
      ...command,
    ],
    strike: async () => {
      const now = await count();
      const since = { oomKills: now.oomKills - before.oomKills, forksRefused: now.forksRefused - before.forksRefused };
      return strikeWord(since, limits);
    },
    close: async () => {
      for (const group of all) await removeGroup(group);
    },
  };
};

/** A group goes once the kernel has let go of its last process, which may take a moment. */
const removeGroup = async (group: string): Promise<void> => {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const code = await rmdir(group).then(
      () => '',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
    );
    if (code === '' || code === 'ENOENT') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Cages made of cgroups, version 1 or 2; undefined where we may make none. Tried with a group that goes again. */
export const findCgroups = async (limits: Limits): Promise<Cages | undefined> => {
  try {
    const hierarchy = await findHierarchy();
    if (!hierarchy) return undefined;
    // What an earlier life left; those in use refuse to go.
    for (const folder of new Set(Object.values(hierarchy.folders)))
      for (const name of await readdir(folder))
        if (/^threadbox-[0-9a-f-]{36}$/.test(name)) await rmdir(join(folder, name)).catch(() => undefined);
    await (await cageIn(hierarchy, limits, `probe-${process.pid}`)).close();
    return { by: `cgroups, version ${hierarchy.version}`, open: (id) => cageIn(hierarchy, limits, id) };
  } catch {
    return undefined;
  }
};
