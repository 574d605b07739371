/** Stands in for the runner in the escape tests: tries to get out of its sandbox in every way it knows, and says how each ended. */
import { execFileSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

/** What the host tells it of itself, so that every attempt has something to aim at. */
export type Targets = {
  secretFile: string;
  otherWorkspace: string;
  projectRoot: string;
  loopbackPort: number;
  hostPid: number;
};

const targets = JSON.parse(readFileSync('targets.json', 'utf8')) as Targets;
const results: Record<string, string> = {};

const attempt = async (name: string, work: () => unknown): Promise<void> => {
  try {
    results[name] = `SUCCEEDED: ${String(await work()).slice(0, 200)}`;
  } catch (error) {
    const { code, status, message } = error as { code?: string; status?: number; message: string };
    results[name] = code ?? (status === undefined ? message : `exit ${status}`);
  }
};

const reach = (host: string, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: 3000 });
    socket.once('connect', () => resolve('connected'));
    socket.once('timeout', () => reject(new Error('timeout')));
    socket.once('error', reject);
  });
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 });

await attempt('read a file of the host', () => readFileSync(targets.secretFile, 'utf8'));
await attempt('read another workspace', () => readdirSync(targets.otherWorkspace));
await attempt(
  'read the project’s settings',
  () =>
    readdirSync(targets.projectRoot)
      .filter((name) => name === '.env' || name === '.threadbox' || name === 'tools')
      .join() || Promise.reject(new Error('nothing of it is there')),
);
await attempt('read passwords', () => readFileSync('/etc/shadow', 'utf8'));
await attempt('read the home of root', () => readdirSync('/root'));
await attempt('write to the system', () => writeFileSync('/usr/escaped', 'x'));
await attempt('reach the loopback of the host', () => reach('127.0.0.1', targets.loopbackPort));
await attempt('reach the metadata address', () => reach('169.254.169.254', 80));
await attempt('resolve a name', () => lookup('example.com'));
await attempt('see processes of the host', () => {
  const seen = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const foreign = seen.filter((pid) => /vitest/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')));
  if (seen.length < 20 && foreign.length === 0) throw new Error('only its own');
  return seen.length;
});
await attempt('end a process of the host', () => process.kill(targets.hostPid, 0));
await attempt('make a namespace', () => run('/usr/bin/unshare', '--user', '--map-root-user', 'true'));
await attempt('mount something', () => run('/usr/bin/mount', '-t', 'tmpfs', 'none', '/workspace'));
await attempt('become root', () => process.setuid?.(0));
await attempt('make a device', () => run('/usr/bin/mknod', '/tmp/device', 'c', '1', '3'));
await attempt('read memory of the machine', () => readFileSync('/dev/mem'));
// Opened and not written: where it works, it must do no harm.
for (const file of ['sys/kernel/hostname', 'sys/kernel/core_pattern', 'sys/vm/drop_caches', 'sysrq-trigger'])
  await attempt(`open /proc/${file} for writing`, () => closeSync(openSync(`/proc/${file}`, 'r+')));

writeFileSync('escapes.json', JSON.stringify({ results, env: process.env, uid: process.getuid?.() }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
