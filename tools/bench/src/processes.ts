/** What the processes below this one use, as Linux tells it. */
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** One process: milliseconds of processor that it had, and its memory in MB (`alone`: pages that others share are counted in part). */
export type Usage = { name: string; cpu: number; resident: number; alone: number };

/** Linux counts processor time in hundredths of a second on every machine that we run on. */
const TICK = 10;

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

const childrenOf = async (pid: number): Promise<number[]> => {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(tasks.map((task) => read(`/proc/${pid}/task/${task}/children`)));
  const children = lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  return [...children, ...(await Promise.all(children.map(childrenOf))).flat()];
};

/** `nats`, `postgres`, a service by its folder's name, else the program. */
const nameOf = (command: string): string => {
  const [program = '', ...words] = command.split('\0');
  if (/nats-server/.test(program)) return 'nats';
  if (/postgres/.test(command)) return 'postgres';
  const found = words
    .map((word) => /services\/(\w+)\/src\/main\.ts$|instant\/(\w+)\.ts$|\/(\w+)\/main\.mjs$/.exec(word))
    .find(Boolean);
  return found?.slice(1).find(Boolean) ?? program.split('/').at(-1) ?? program;
};

const megabytes = (text: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;

/** Every process below this one, those of one name together. */
export const usage = async (): Promise<ReadonlyMap<string, Usage>> => {
  const found = new Map<string, Usage>();
  for (const pid of await childrenOf(process.pid)) {
    const [command, stat, rollup] = await Promise.all(
      ['cmdline', 'stat', 'smaps_rollup'].map((file) => read(`/proc/${pid}/${file}`)),
    );
    if (!command || !stat) continue;
    const name = nameOf(command);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const before = found.get(name) ?? { name, cpu: 0, resident: 0, alone: 0 };
    found.set(name, {
      name,
      cpu: before.cpu + (Number(fields[11]) + Number(fields[12])) * TICK,
      resident: before.resident + megabytes(rollup ?? '', 'Rss'),
      alone: before.alone + megabytes(rollup ?? '', 'Pss'),
    });
  }
  return found;
};

/** Together the processes use less than this of one processor where nothing is under way. */
const REST = 0.3;
const LOOK = 500;
/** The longest wait for it, in milliseconds. */
const RESTLESS = 60_000;

/** Waits until nothing is under way below this process: what a measurement did not ask for must not be counted. */
export const atRest = async (): Promise<void> => {
  const spent = async (): Promise<number> => [...(await usage()).values()].reduce((sum, { cpu }) => sum + cpu, 0);
  const end = performance.now() + RESTLESS;
  for (let before = await spent(); performance.now() < end;) {
    await sleep(LOOK);
    const now = await spent();
    if (now - before < LOOK * REST) return;
    before = now;
  }
  throw new Error(`the processes did not come to rest within ${RESTLESS / 1000} s`);
};
