/**
 * What `npm run chaos` loads into a process before its program (`node --import`): ends it at a fault point, or whatever else the sweep
 * wants to be ended at that moment. It is no part of any program, and nothing that an environment could switch on.
 *
 * Its address says which process this is and in which folder the sweep writes: `armed-<process>-<n>` holds where to strike,
 * `fired-<process>-<n>` is the same file once it struck, `reached` lists the points that were passed.
 */
import { appendFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import childProcess from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turnClock } from './clock.ts';

/** Where to strike: at the nth passing of a point, these processes (0 is the one itself), `delay` milliseconds later. */
export type Armed = {
  id: string;
  point: string;
  nth: number;
  delay: number;
  signal: NodeJS.Signals;
  pids: readonly number[];
};

const here = new URL(import.meta.url);
const folder = here.searchParams.get('folder') ?? '';
const name = here.searchParams.get('process') ?? '';
/** How many blows may wait for one process. */
const BLOWS = [0, 1];

const reached = new Set<string>();
/** How often the point of each order was passed since it was given. */
const passes = new Map<string, number>();

const strike = ({ pids, signal }: Armed): void => {
  // Ourselves last: we could strike nobody else afterwards.
  for (const pid of pids.toSorted((a, b) => b - a)) {
    try {
      process.kill(pid === 0 ? process.pid : pid, signal);
    } catch {
      // Gone already.
    }
  }
};

const pass = (point: string): void => {
  if (!reached.has(point)) {
    reached.add(point);
    appendFileSync(join(folder, 'reached'), `${name} ${point}\n`);
  }
  for (const n of BLOWS) follow(point, n);
};

/** Strikes, if the nth order says so. */
const follow = (point: string, n: number): void => {
  const file = join(folder, `armed-${name}-${n}`);
  if (!existsSync(file)) return;
  let armed: Armed;
  try {
    armed = JSON.parse(readFileSync(file, 'utf8')) as Armed;
  } catch {
    return;
  }
  if (armed.point !== point) return;
  const passed = (passes.get(armed.id) ?? 0) + 1;
  passes.set(armed.id, passed);
  if (passed < armed.nth) return;
  try {
    // Of several runners the first one to move the file strikes.
    renameSync(file, join(folder, `fired-${name}-${n}`));
  } catch {
    return;
  }
  if (armed.delay === 0) strike(armed);
  else setTimeout(() => strike(armed), armed.delay);
};

if (here.searchParams.has('clocks')) turnClock(join(folder, 'clock'));
subscribe('threadbox:fault-point', (point) => pass(String(point)));

const injectInto = (process: string): string => {
  const address = new URL(here);
  address.searchParams.set('process', process);
  return address.href;
};

/** The runner's program: as a bundle, or from source. */
const RUNNER = /\/runner\/(src\/)?main\.(mjs|ts)$/;

/** A sandbox's runner is brought up by the sandbox service, its agent by the runner: both get what this sweep needs. */
const passedOn = (args: readonly string[]): readonly string[] => {
  const main = args.findIndex((arg) => RUNNER.test(arg));
  if (main < 0) return args;
  const agent = fileURLToPath(new URL('agent.ts', here));
  if (args[main + 1] === 'echo-agent') return [...args.slice(0, main), agent, folder];
  return [...args.slice(0, main), '--import', injectInto('runner'), ...args.slice(main)];
};

if (name === 'sandbox' || name === 'runner') {
  const { spawn } = childProcess;
  childProcess.spawn = ((program: string, args: readonly string[], options: object) =>
    spawn(program, passedOn(args), options)) as typeof spawn;
  syncBuiltinESMExports();
}
