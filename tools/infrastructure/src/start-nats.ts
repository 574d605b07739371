import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintCredentials, type Credentials } from '@threadbox/tool-credentials';
import { startChild, type Child } from './child.ts';
import { findNatsServer } from './find-nats-server.ts';
import { freePort } from './free-port.ts';

/** A NATS server of ours. */
export type Nats = {
  url: string;
  credentials: Credentials;
  pid: number;
  /** Kills it without a word, as kill -9 does. */
  kill: () => Promise<void>;
  /** Starts it again on the same port and data. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * Starts a nats-server on loopback in operator mode, with JetStream and its data in `folder/nats`. Port 0 takes a free one.
 * `fileStore` is the most that its streams may take of the disk, in bytes. Throws with the server's own words where it does not come up.
 */
export const startNats = async (options: {
  folder: string;
  port?: number;
  fileStore?: number;
  progress?: (text: string) => void;
}): Promise<Nats> => {
  const { folder, fileStore, progress = () => undefined } = options;
  const program = await findNatsServer({ home: folder, progress });
  const credentials = await mintCredentials(join(folder, 'credentials'));
  const port = options.port || (await freePort());
  const data = join(folder, 'nats');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const config = join(data, 'nats.conf');
  await writeFile(
    config,
    [
      `listen: 127.0.0.1:${port}`,
      'server_name: threadbox',
      `jetstream: { store_dir: ${JSON.stringify(join(data, 'jetstream'))}${fileStore === undefined ? '' : `, max_file_store: ${fileStore}`} }`,
      credentials.serverConfig,
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  let child: Child;
  const start = async (): Promise<void> => {
    child = await startChild(program, ['-c', config]);
    while (!child.words().includes('Server is ready')) {
      if (child.isOver())
        throw new Error(`nats-server does not start: ${child.words().split('\n').slice(-3).join(' ')}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    credentials,
    get pid() {
      return child.pid;
    },
    kill: () => child.stop('SIGKILL'),
    start,
    stop: () => child.stop('SIGTERM'),
  };
};
