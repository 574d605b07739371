import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of Threadbox's own files, from wherever this program runs: its source, or a bundle somewhere below. */
export const rootFolder = (from: string = import.meta.dirname): string => {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'services/runner/package.json'))) return folder;
    // An image holds one service, and no runner.
    if (folder === dirname(folder)) return from;
  }
};
