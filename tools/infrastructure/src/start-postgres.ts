import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startChild, type Child } from './child.ts';
import { freePort } from './free-port.ts';
import { findPostgres } from './postgres-binaries.ts';
import { run } from './run.ts';

/** A Postgres server of ours. */
export type Postgres = {
  /** The address of the database `threadbox`, password included. */
  url: string;
  pid: number;
  kill: () => Promise<void>;
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

/** After kill -9 a start fails for some seconds, while the dead server's shared memory is still known. */
const PATIENCE = 20_000;

/** True where the system knows this user by name; Postgres insists on one. Containers often run without. */
const hasName = (): boolean => {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
};

/**
 * Postgres refuses to run as root. As root it is started in a user namespace in which we are nobody, so that no user is
 * made and nothing on the machine changes.
 */
const asNobody = async (): Promise<readonly string[]> => {
  if (process.getuid?.() !== 0 && hasName()) return [];
  const wrapper = ['unshare', '--user', '--map-user=65534', '--map-group=65534'];
  await run('unshare', [...wrapper.slice(1), 'true']).catch((error: unknown) => {
    throw new Error(
      'Postgres does not run as root, and user namespaces are off here: run as an ordinary user, or set DATABASE_URL',
      {
        cause: error,
      },
    );
  });
  return wrapper;
};

/**
 * Starts a Postgres on loopback with its data in `folder/postgres`, made there the first time. Port 0 takes a free one. The
 * password is random and kept beside the data. Throws with the server's own words where it does not come up.
 */
export const startPostgres = async (options: {
  folder: string;
  port?: number;
  progress?: (text: string) => void;
}): Promise<Postgres> => {
  const { folder, progress = () => undefined } = options;
  const binaries = await findPostgres();
  const wrapper = await asNobody();
  const home = join(folder, 'postgres');
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const wrapped = (program: string, args: readonly string[]): [string, string[]] => {
    const [first = program, ...rest] = [...wrapper, program, ...args];
    return [first, rest];
  };
  if (!existsSync(data)) {
    progress('preparing Postgres …');
    const fresh = `${data}.new`;
    await rm(fresh, { recursive: true, force: true });
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    const args = [
      '-D',
      fresh,
      '-U',
      'threadbox',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
      '--locale=C',
      '--encoding=UTF8',
    ];
    await run(...wrapped(binaries.initdb, args));
    await rename(fresh, data);
  }
  const password = (await readFile(passwordFile, 'utf8')).trim();
  const port = options.port || (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '100',
  };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  let child: Child;

  const attempt = async (): Promise<boolean> => {
    child = await startChild(...wrapped(binaries.postgres, args));
    while (!child.isOver()) {
      if (child.words().includes('ready to accept connections')) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  };
  const start = async (): Promise<void> => {
    const deadline = Date.now() + PATIENCE;
    while (!(await attempt())) {
      if (Date.now() > deadline)
        throw new Error(`Postgres does not start: ${child.words().split('\n').slice(-3).join(' ')}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  await start();
  const address = (database: string): string => `postgres://threadbox:${password}@127.0.0.1:${port}/${database}`;
  const sql = postgres(address('postgres'), { max: 1, onnotice: () => undefined });
  const [there] = await sql`select 1 from pg_database where datname = 'threadbox'`;
  if (!there) await sql`create database threadbox`;
  await sql.end();
  return {
    url: address('threadbox'),
    get pid() {
      return child.pid;
    },
    kill: () => child.stop('SIGKILL'),
    start,
    // SIGINT is Postgres's fast shutdown: SIGTERM would wait for every connection to go.
    stop: () => child.stop('SIGINT', 10_000),
  };
};
