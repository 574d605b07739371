/** A script stands in for systemd-run: it writes down what it is told, and runs what it is given, as a scope does. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSystemd } from './systemd-scope.ts';

const LIMITS = { memory: 2 ** 31, processes: 512, cpus: 1.5, disk: 1 };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'threadbox-scope-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
const script = async (text: string): Promise<string> => {
  const path = join(folder, 'systemd-run');
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
};

describe('a scope of systemd', () => {
  it('has the limits, and becomes the command that it is given', async () => {
    const told = join(folder, 'told');
    const run = await script(`echo "$@" > ${told}; while [ "$1" != -- ]; do shift; done; shift; exec "$@"`);
    const cages = await findSystemd(LIMITS, run);
    const cage = await cages?.open('id');
    const [program = '', ...args] = cage?.wrap(['echo', 'a b', '--', 'c']) ?? [];
    expect(execFileSync(program, args, { encoding: 'utf8' })).toBe('a b -- c\n');
    for (const property of ['MemoryMax=2147483648', 'MemorySwapMax=0', 'TasksMax=512', 'CPUQuota=150%', '--scope'])
      expect(await readFile(told, 'utf8')).toContain(property);
    expect(await cage?.strike(undefined)).toBeUndefined();
  });

  it('is not used where systemd is not there, or says no', async () => {
    expect(await findSystemd(LIMITS, join(folder, 'nothing'))).toBeUndefined();
    expect(await findSystemd(LIMITS, await script('exit 1'))).toBeUndefined();
  });
});
