import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for programs that were brought: the user's cache folder (XDG), or `fallback` where that cannot be
 * written, as under a read-only home.
 */
export const cacheFolder = async (fallback: string, env: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const base = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  for (const folder of [join(base, 'threadbox'), join(fallback, 'cache')]) {
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
      return folder;
    } catch {
      // The next one.
    }
  }
  throw new Error(`neither ${base} nor ${fallback} can be written: set XDG_CACHE_HOME to a folder that can`);
};
