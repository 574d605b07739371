import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@threadbox/tool-infrastructure';
import { environmentOf, type Facts } from './environment.ts';
import { claimHome } from './home.ts';
import { bringInfrastructure } from './infrastructure.ts';
import { serviceTable } from './services.ts';
import { sourceOf } from './programs.ts';

const factsFile = (home: string): string => join(home, 'run', 'facts.json');

const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

/** NATS and Postgres for development; the services find them through a file that is there as long as they are. */
const serveInfrastructure = async (home: string): Promise<number> => {
  const lock = await claimHome(home);
  const stops: Array<() => Promise<unknown>> = [lock.release];
  try {
    const facts = await bringInfrastructure({
      home,
      env: process.env,
      progress: (line) => console.log(line),
      onStop: (stop) => stops.push(stop),
    });
    await mkdir(join(home, 'run'), { recursive: true, mode: 0o700 });
    stops.push(() => rm(factsFile(home), { force: true }));
    await writeFile(factsFile(home), JSON.stringify(facts), { mode: 0o600 });
    console.log(
      `NATS ${facts.natsUrl}\nchat http://127.0.0.1:${facts.gatewayPort}/#token=${facts.webToken} (once the gateway runs)`,
    );
    await untilSignal();
  } finally {
    for (const stop of stops.toReversed()) await stop().catch(() => undefined);
  }
  return 0;
};

const awaitFacts = async (home: string): Promise<Facts> => {
  for (let tries = 0; ; tries += 1) {
    const text = await readFile(factsFile(home), 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text) as Facts;
    if (tries === 20) console.log('waiting for the infrastructure: npx threadbox serve infrastructure');
    await sleep(250);
  }
};

/** `threadbox serve <service>`: one service, started again whenever its code changes. What `nx run-many -t serve` calls. */
export const serve = async ({
  root,
  home,
  service,
}: {
  root: string;
  home: string;
  service: string;
}): Promise<number> => {
  if (service === 'infrastructure') return serveInfrastructure(home);
  const spec = serviceTable.find(({ name }) => name === service);
  if (!spec)
    throw new Error(
      `there is no service “${service}”: ${['infrastructure', ...serviceTable.map(({ name }) => name)].join(', ')}`,
    );
  const facts = await awaitFacts(home);
  const { THREADBOX_SUPERVISED: _none, ...env } = environmentOf(spec, facts, process.env, await freePort());
  const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', sourceOf(service)], {
    cwd: root,
    // Restarted at each change: it need not wait for its former life's lease.
    env: { ...env, INSTANCE: service },
    stdio: 'inherit',
  });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 0));
  });
  void untilSignal().then(() => child.kill('SIGTERM'));
  return ended;
};
