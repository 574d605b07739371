import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another Threadbox runs in this folder already; the message says where, and what to do. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/** The secret that stands in this file, made at random the first time; for its owner only. */
export const secretIn = async (folder: string, name: string, bytes = 24): Promise<{ path: string; value: string }> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there !== undefined && there.trim() !== '') return { path, value: there.trim() };
  const value = randomBytes(bytes).toString('base64url');
  await writeFile(path, value, { mode: 0o600 });
  return { path, value };
};

const isAlive = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Pids are used again: on Linux the command line tells whether it is one of us.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return command === undefined || command.includes('node');
};

/**
 * Claims a folder for this process, so that two of us never share data. Throws `AlreadyRunning` where another lives in it; a
 * claim whose owner is dead is taken over. `publish` adds what a second start should be told.
 */
export const claimHome = async (
  home: string,
): Promise<{ publish: (facts: object) => Promise<void>; release: () => Promise<void> }> => {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'running.json');
  const mine = { pid: process.pid };
  for (let tries = 0; ; tries += 1) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(JSON.stringify(mine));
      await file.close();
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || tries > 2) throw error;
    }
    const owner = parse(await readFile(path, 'utf8').catch(() => ''));
    if (owner?.pid !== undefined && owner.pid !== process.pid && (await isAlive(owner.pid))) {
      throw new AlreadyRunning(
        `Threadbox runs here already (process ${owner.pid}${owner.url === undefined ? '' : `, ${owner.url}`}).\n` +
          `End it first, or start another one beside it with its own data: THREADBOX_HOME=.threadbox-2 npm start`,
      );
    }
    await rm(path, { force: true });
  }
  return {
    publish: (facts) => writeFile(path, JSON.stringify({ ...mine, ...facts }), { mode: 0o600 }),
    release: () => rm(path, { force: true }),
  };
};

/** What the Threadbox that runs in this folder told of itself; undefined where none runs. */
export const runningIn = async (home: string): Promise<Omit<Running, 'pid'> | undefined> => {
  const running = parse(await readFile(join(home, 'running.json'), 'utf8').catch(() => ''));
  return running?.pid !== undefined && (await isAlive(running.pid)) ? running : undefined;
};

type Running = { pid?: number; url?: string; natsUrl?: string; databaseUrl?: string };

const parse = (text: string): Running | undefined => {
  try {
    return JSON.parse(text) as Running;
  } catch {
    return undefined;
  }
};
