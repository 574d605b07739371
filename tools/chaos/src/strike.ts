import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Armed } from './inject.ts';
import type { Blow, Victim } from './plan.ts';
import type { Stage } from './stage.ts';

/** A blow that may fall. */
export type Strike = {
  /** When it fell, in milliseconds since 1970; undefined as long as it did not. */
  struck: () => number | undefined;
  /** Takes it back, if it did not fall, and waits until what it ended outside of the supervisor's care is back. */
  end: () => Promise<void>;
};

/** The runners of this stage, by their environment. */
const runners = async (home: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const mine = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (!/\/runner\/(src\/)?main\.(mjs|ts)/.test(command) || command.includes('echo-agent')) return [];
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(`WORKSPACE_DIR=${home}/`) ? [Number(pid)] : [];
    }),
  );
  return mine.flat();
};

const pidOf = async ({ box, nats, postgres, home }: Stage, victim: Victim): Promise<number | undefined> => {
  switch (victim) {
    case 'nats':
      return nats.pid;
    case 'postgres':
      return postgres.pid;
    case 'runner':
      return (await runners(home))[0];
    case 'gateway':
    case 'auth':
    case 'session':
    case 'sandbox':
    case 'relay':
    case 'egress':
      return box.pid(victim);
  }
};

/** NATS and Postgres are ours to bring back: the others have a supervisor. */
const bringBack = async ({ nats, postgres }: Stage, { victims, outage }: Blow): Promise<void> => {
  for (const victim of victims) {
    const server = victim === 'nats' ? nats : victim === 'postgres' ? postgres : undefined;
    if (!server) continue;
    // Dead already; this waits until the system knows.
    await server.kill();
    await sleep(outage);
    await server.start();
  }
};

/** Prepares the nth blow of a round: it falls when its moment comes. `id` tells it from all others. */
export const prepare = async (stage: Stage, blow: Blow, n: number, id: string): Promise<Strike> => {
  const { moment, victims, signal } = blow;
  const over = new AbortController();
  let struck: number | undefined;

  if (moment.kind === 'time') {
    const falling = (async () => {
      await sleep(moment.after, undefined, { signal: over.signal });
      for (const victim of victims) {
        const pid = await pidOf(stage, victim);
        if (pid === undefined) continue;
        process.kill(pid, signal);
        struck = Date.now();
      }
      await bringBack(stage, blow);
    })().catch((error: unknown) => {
      if (!over.signal.aborted) throw error;
    });
    return {
      struck: () => struck,
      end: async () => {
        if (struck === undefined) over.abort();
        await falling;
      },
    };
  }

  const armed = join(stage.faults, `armed-${moment.process}-${n}`);
  const fired = join(stage.faults, `fired-${moment.process}-${n}`);
  await rm(fired, { force: true });
  const pids = await Promise.all(victims.map(async (victim) => (victim === moment.process ? 0 : pidOf(stage, victim))));
  const order: Armed = { id, ...moment, signal, pids: pids.filter((pid) => pid !== undefined) };
  await writeFile(`${armed}.new`, JSON.stringify(order));
  await rename(`${armed}.new`, armed);
  const watching = (async () => {
    while (!over.signal.aborted || existsSync(fired)) {
      if (existsSync(fired)) {
        struck = Date.now();
        await sleep(moment.delay);
        return bringBack(stage, blow);
      }
      await sleep(5);
    }
  })();
  return {
    struck: () => struck,
    end: async () => {
      await rm(armed, { force: true });
      over.abort();
      await watching;
    },
  };
};
