import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@threadbox/messaging';
import { provisionServer, TEMPLATE } from './nats-template.ts';
import { startNats } from './start-nats.ts';
import { startPostgres } from './start-postgres.ts';

/** A NATS server for one test file, with every user and stream that there is. */
export type TestNats = {
  url: string;
  /** The path of a user's credentials: `admin`, or a service. */
  creds: (user: string) => string;
  connect: (user: string) => Promise<Bus>;
  /** Mints sandboxes' users. */
  sandboxSigner: { accountPublicKey: string; signingSeed: string };
  /** Mints waiting sandboxes' users. */
  warmSigner: { accountPublicKey: string; signingSeed: string };
  /** kill -9, and up again on the same port and data. */
  restart: () => Promise<void>;
  /** kill -9, and down until `start`. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends it and leaves nothing behind. */
  stop: () => Promise<void>;
};

/** Starts a fresh server in a folder of its own. */
export const testNats = async (): Promise<TestNats> => {
  const folder = await mkdtemp(join(tmpdir(), 'threadbox-nats-'));
  const template = process.env[TEMPLATE];
  if (template !== undefined) await cp(template, folder, { recursive: true });
  const nats = await startNats({ folder });
  if (template === undefined) await provisionServer(nats);
  const connect = (user: string): Promise<Bus> =>
    connectBus({ url: nats.url, name: user, creds: nats.credentials.creds(user) });
  return {
    url: nats.url,
    creds: nats.credentials.creds,
    connect,
    sandboxSigner: {
      accountPublicKey: nats.credentials.account,
      signingSeed: await readFile(nats.credentials.sandboxSeedFile, 'utf8'),
    },
    warmSigner: {
      accountPublicKey: nats.credentials.account,
      signingSeed: await readFile(nats.credentials.warmSeedFile, 'utf8'),
    },
    restart: async () => {
      await nats.kill();
      await nats.start();
    },
    kill: nats.kill,
    start: nats.start,
    stop: async () => {
      // There is nothing that it would have to write down.
      await nats.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** A Postgres server for one test file. */
export type TestPostgres = {
  url: string;
  kill: () => Promise<void>;
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts a fresh Postgres in a folder of its own; `stop` leaves nothing behind. */
export const testPostgres = async (): Promise<TestPostgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'threadbox-postgres-'));
  const server = await startPostgres({ folder });
  return {
    url: server.url,
    kill: server.kill,
    start: server.start,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
