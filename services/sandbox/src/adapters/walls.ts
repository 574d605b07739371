import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { Misconfigured } from './misconfigured.ts';
import { rootFolder } from './root.ts';
import type { Walls } from './local-driver.ts';

const ROOT = rootFolder();
/** What a runner is made of; nothing else of our folder, where secrets and other sandboxes may be. */
const RUNNER = ['node_modules', 'libs', 'schemas', 'services/runner', 'package.json'].map((path) => join(ROOT, path));
/** Always there, or a sandbox's own. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/proc', '/dev', '/tmp', '/run'];

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);

/** The folders of a PATH that hold programs outside of the system's own. */
const programFolders = (path: string): string[] =>
  path
    .split(':')
    .filter(
      (folder) =>
        isAbsolute(folder) && existsSync(folder) && ![...SYSTEM, ...RUNNER].some((known) => isBelow(folder, known)),
    );

/** The walls that the settings ask for; undefined where they ask for none. Throws `Misconfigured` where there is nothing to make them with. */
export const wallsOf = (config: {
  SANDBOX_WALLS: 'bubblewrap' | 'none';
  SANDBOX_BUBBLEWRAP?: string | undefined;
  SANDBOX_READABLE?: string | undefined;
  PATH: string;
}): Walls | undefined => {
  if (config.SANDBOX_WALLS === 'none') return undefined;
  if (config.SANDBOX_BUBBLEWRAP === undefined)
    throw new Misconfigured(
      'SANDBOX_BUBBLEWRAP: is missing: the path of bubblewrap (or SANDBOX_WALLS=none, for people you trust)',
    );
  const asked = (config.SANDBOX_READABLE ?? '').split(':').filter(isAbsolute);
  const node = realpathSync(process.execPath);
  const own = RUNNER.some((known) => isBelow(node, known)) || isBelow(node, '/usr') ? [] : [node];
  return {
    bubblewrap: config.SANDBOX_BUBBLEWRAP,
    readable: [...RUNNER, ...own, ...programFolders(config.PATH), ...asked.filter((path) => existsSync(path))],
  };
};
