import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { counter, strikeWord, type Cages } from './cage.ts';
import type { Limits } from './limits.ts';

const run = promisify(execFile);
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** How long systemd may take to answer, in milliseconds. */
const PATIENCE = 5000;

/**
 * Cages made of scopes by the user's own systemd, which needs no rights: what a desktop or a server with logins has
 * (systemd-run(1), systemd.resource-control(5)). Undefined where there is none. Tried with a scope that ends at once.
 */
export const findSystemd = async (
  { memory, processes, cpus }: Limits,
  systemdRun: string = 'systemd-run',
): Promise<Cages | undefined> => {
  const manager = process.getuid?.() === 0 ? [] : ['--user'];
  const properties = [
    `MemoryMax=${memory}`,
    'MemorySwapMax=0',
    `TasksMax=${processes}`,
    `CPUQuota=${Math.max(1, Math.round(cpus * 100))}%`,
  ].flatMap((property) => ['-p', property]);
  const scope = [...manager, '--scope', '--quiet', '--collect', ...properties, '--'];
  try {
    await run(systemdRun, [...scope, 'true'], { timeout: PATIENCE });
  } catch {
    return undefined;
  }
  return {
    by: 'scopes of systemd',
    open: async () => ({
      wrap: (command) => [systemdRun, ...scope, ...command],
      // A scope is new each time: its counters begin at nothing.
      strike: async (pid) => {
        const path = /^0::(\/.+)$/m.exec(await read(`/proc/${pid}/cgroup`))?.[1];
        if (path === undefined) return undefined;
        const folder = join('/sys/fs/cgroup', path);
        const oomKills = counter(await read(join(folder, 'memory.events')), 'oom_kill');
        const forksRefused = counter(await read(join(folder, 'pids.events')), 'max');
        return strikeWord({ oomKills, forksRefused }, { memory, processes, cpus, disk: 0 });
      },
      close: () => Promise.resolve(),
    }),
  };
};
