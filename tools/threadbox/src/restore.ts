/**
 * A Threadbox from a backup. What is there already stays, unless it is to be replaced.
 *
 * A mark stands in NATS from the first change to the last: as long as it is there, nothing starts (`provision` refuses), and restoring
 * again begins anew. The tables in Postgres are dropped: they follow from the log, and are made anew when the services start.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectBus, RESTORING, type Bus } from '@threadbox/messaging';
import { connectDatabase, forgetProjections } from '@threadbox/projections';
import { streams } from '@threadbox/schemas';
import { startNats, startPostgres } from '@threadbox/tool-infrastructure';
import { checkBackup, type Manifest } from './backup-manifest.ts';
import { claimHome } from './home.ts';
import { connectOperator } from './operator.ts';
import { restoreStream, type CopiedStream } from './stream-copy.ts';

export const RESTORE_HELP = `threadbox restore <folder> [--replace]: a Threadbox from what \`threadbox backup\` wrote

end Threadbox first. It is restored into THREADBOX_HOME, or into the NATS and Postgres that NATS_URL, NATS_CREDS and DATABASE_URL name
something there already? Refused, unless --replace says that it may go
put .threadbox/secrets and .threadbox/credentials of the old one in place before, or what was encrypted with its keys is lost;
sandboxes whose files (.threadbox/sandboxes) are not there begin with empty ones
what was said after the backup is gone from it, though it stands in the chats; what was on its way then is answered now
interrupted? Nothing starts until it was done again`;

const existing = async ({ jsm }: Pick<Bus, 'jsm'>): Promise<Map<string, number>> => {
  const found = new Map<string, number>();
  for await (const { config, state } of jsm.streams.list()) found.set(config.name, state.messages);
  return found;
};

/** Throws where somebody reads: what is restored under a service that runs would not be what it knows. */
const refuseReaders = async ({ jsm }: Pick<Bus, 'jsm'>, before: ReadonlyMap<string, number>): Promise<void> => {
  for (const name of Object.values(streams)) {
    if (!before.has(name)) continue;
    for await (const consumer of jsm.consumers.list(name))
      if (consumer.num_waiting > 0) throw new Error(`${consumer.name} is being read: end Threadbox first`);
  }
};

/** A single server keeps one copy, however many the cluster had that it comes from. */
const fitting = (config: CopiedStream['config'], isCluster: boolean): CopiedStream['config'] => {
  const { placement: _place, ...rest } = config;
  return isCluster ? rest : { ...rest, num_replicas: 1 };
};

/**
 * Restores the streams. Throws where there are messages already, unless they may be replaced or are half of a restore, and where
 * services run.
 */
export const restoreStreams = async (
  bus: Bus,
  { folder, manifest, replace }: { folder: string; manifest: Manifest; replace: boolean },
  say: (line: string) => void,
): Promise<void> => {
  const before = await existing(bus);
  const full = Object.values(streams).filter((name) => (before.get(name) ?? 0) > 0);
  if (full.length > 0 && !replace && !before.has(RESTORING))
    throw new Error(`there is something here already (${full.join(', ')}): --replace puts the backup in its place`);
  await refuseReaders(bus, before);
  if (!before.has(RESTORING)) await bus.jsm.streams.add({ name: RESTORING, subjects: ['restoring'] });
  for (const name of Object.values(streams)) if (before.has(name)) await bus.jsm.streams.delete(name);
  for (const copied of manifest.streams) {
    const config = fitting(copied.config, bus.nc.info?.cluster !== undefined);
    await restoreStream(bus.nc, { ...copied, config }, join(folder, copied.file));
    const { state } = await bus.jsm.streams.info(copied.name);
    if (state.messages !== copied.state.messages || state.last_seq !== copied.state.last_seq)
      throw new Error(`${copied.name} has ${state.messages} messages, and had ${copied.state.messages}`);
    // They stood still when they were copied.
    for await (const { name, paused } of bus.jsm.consumers.list(copied.name))
      if (paused === true) await bus.jsm.consumers.resume(copied.name, name);
    say(`${copied.name}: ${state.messages} messages`);
  }
};

/** The mark goes: from now on it may start. */
const finish = async ({ jsm }: Pick<Bus, 'jsm'>): Promise<void> => {
  await jsm.streams.delete(RESTORING);
};

const forget = async (databaseUrl: string): Promise<void> => {
  const sql = connectDatabase(databaseUrl, { connections: 1 });
  try {
    await forgetProjections(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
};

/** Restores into a folder where nothing runs, or into the infrastructure that the environment names. */
export const restore = async (options: {
  home: string;
  folder: string;
  replace: boolean;
  env?: NodeJS.ProcessEnv;
  say?: (line: string) => void;
}): Promise<void> => {
  const { home, replace, env = process.env, say = () => undefined } = options;
  const folder = resolve(options.folder);
  const manifest = await checkBackup(folder);
  const lock = await claimHome(home);
  const stops: Array<() => Promise<unknown>> = [lock.release];
  try {
    let bus: Bus;
    if (env['NATS_URL']) bus = await connectOperator(home, env);
    else {
      const nats = await startNats({ folder: home, progress: say });
      stops.push(nats.stop);
      bus = await connectBus({ url: nats.url, name: 'admin', creds: nats.credentials.creds('admin') });
    }
    stops.push(bus.close);
    await restoreStreams(bus, { folder, manifest, replace }, say);
    if (env['DATABASE_URL']) await forget(env['DATABASE_URL']);
    else if (existsSync(join(home, 'postgres'))) {
      const server = await startPostgres({ folder: home, progress: say });
      stops.push(server.stop);
      await forget(server.url);
    }
    await finish(bus);
  } finally {
    for (const stop of stops.toReversed()) await stop().catch(() => undefined);
  }
};

/** `threadbox restore <folder>`. Tells the exit code. */
export const restoreCommand = async (options: {
  home: string;
  folder: string | undefined;
  replace: boolean;
}): Promise<number> => {
  const { home, folder, replace } = options;
  if (folder === undefined) {
    console.error(RESTORE_HELP);
    return 2;
  }
  await restore({ home, folder, replace, say: (line) => console.log(line) });
  console.log('\nRestored. Start it: npm start. The tables in Postgres are made anew by then.');
  return 0;
};
