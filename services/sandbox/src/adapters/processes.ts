import { readdir, readFile } from 'node:fs/promises';

/**
 * Kills every process whose environment names this sandbox, until none is left. Linux only (it reads /proc); elsewhere
 * the caller's process group is all there is. A process that hid its environment is out of reach here: the kernel's
 * own walls are the answer to that, not this.
 */
export const killProcessesOf = async (id: string): Promise<void> => {
  for (let round = 0; round < 20; round += 1) {
    const pids = await processesOf(id);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** The processes whose environment names this sandbox. */
export const processesOf = async (id: string): Promise<number[]> => {
  const entries = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    entries
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(async (name) => {
        const environ = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
        return environ.includes(`SANDBOX_ID=${id}`) ? [Number(name)] : [];
      }),
  );
  return found.flat();
};
