import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes where each service tells its metrics, as a file for Prometheus' `file_sd_configs`: the ports are others at every start, and
 * Prometheus reads it again whenever it changes.
 */
export const writeTargets = async (home: string, ports: ReadonlyMap<string, number>): Promise<void> => {
  const groups = [...ports].map(([job, port]) => ({ targets: [`127.0.0.1:${port}`], labels: { job } }));
  const file = join(home, 'metrics-targets.json');
  await writeFile(`${file}.new`, `${JSON.stringify(groups, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
};
