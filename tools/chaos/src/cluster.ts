import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintCredentials, type Credentials } from '@threadbox/tool-credentials';
import { findNatsServer, freePort, startChild, type Child } from '@threadbox/tool-infrastructure';

/** Three NATS servers that keep three copies of each stream. */
export type Cluster = {
  ports: readonly number[];
  credentials: Credentials;
  /** Kills one by its name, as kill -9 does. */
  kill: (name: string) => Promise<void>;
  /** Starts it again with its data. */
  start: (name: string) => Promise<void>;
  stop: () => Promise<void>;
};

const NAMES = ['nats-0', 'nats-1', 'nats-2'] as const;

/** Starts three servers on loopback, in operator mode, with their data in `folder`. They still have to choose who leads. */
export const startCluster = async (folder: string): Promise<Cluster> => {
  const program = await findNatsServer({ home: folder, progress: () => undefined });
  const credentials = await mintCredentials(join(folder, 'credentials'));
  const ports = await Promise.all(NAMES.map(async () => ({ client: await freePort(), route: await freePort() })));
  const routes = ports.map(({ route }) => `nats-route://127.0.0.1:${route}`);
  const running = new Map<string, Child>();

  const start = async (name: string): Promise<void> => {
    const own = ports[NAMES.findIndex((one) => one === name)];
    if (!own) throw new TypeError(`there is no server ${name}`);
    const data = join(folder, name);
    await mkdir(data, { recursive: true, mode: 0o700 });
    const config = [
      `listen: 127.0.0.1:${own.client}`,
      `server_name: ${name}`,
      `jetstream: { store_dir: ${JSON.stringify(data)} }`,
      `cluster: { name: chaos, listen: "127.0.0.1:${own.route}", no_advertise: true, routes: ${JSON.stringify(routes)} }`,
      credentials.serverConfig,
      '',
    ].join('\n');
    await writeFile(join(data, 'nats.conf'), config, { mode: 0o600 });
    running.set(name, await startChild(program, ['-c', join(data, 'nats.conf')]));
  };
  const kill = async (name: string): Promise<void> => running.get(name)?.stop('SIGKILL');
  for (const name of NAMES) await start(name);
  return {
    ports: ports.map(({ client }) => client),
    credentials,
    start,
    kill,
    stop: async () => {
      await Promise.all(NAMES.map(kill));
    },
  };
};
