import { join } from 'node:path';
import { connectBus, provision } from '@threadbox/messaging';
import { mintCredentials } from '@threadbox/tool-credentials';
import { findBubblewrap, freePort, isFree, startNats, startPostgres } from '@threadbox/tool-infrastructure';
import type { Facts } from './environment.ts';
import { secretIn } from './home.ts';

const DEFAULT_PORT = 8080;

/** The gateway's port: the one that was asked for, or else 8080, or else any that is free. */
const gatewayPort = async (asked: string | undefined): Promise<number> => {
  if (asked === undefined || asked === '') return (await isFree(DEFAULT_PORT)) ? DEFAULT_PORT : freePort();
  const port = Number(asked);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`GATEWAY_PORT: ${asked} is no port`);
  if (port !== 0 && !(await isFree(port)))
    throw new Error(`GATEWAY_PORT: ${port} is taken by another program; choose another, or leave it out`);
  return port || freePort();
};

/**
 * Brings NATS and Postgres up (or uses those that NATS_URL and DATABASE_URL name), with credentials, streams, secrets and
 * ports for the services. `onStop` is given what ends each, in the order in which they came.
 */
export const bringInfrastructure = async (options: {
  home: string;
  env: NodeJS.ProcessEnv;
  progress: (line: string) => void;
  onStop: (stop: () => Promise<unknown>) => void;
}): Promise<Facts> => {
  const { home, env, progress, onStop } = options;
  const port = await gatewayPort(env['GATEWAY_PORT']);
  const credentialsFolder = join(home, 'credentials');
  const credentials = await mintCredentials(credentialsFolder);

  let natsUrl = env['NATS_URL'];
  if (!natsUrl) {
    const nats = await startNats({ folder: home, progress });
    onStop(nats.stop);
    natsUrl = nats.url;
  }
  let databaseUrl = env['DATABASE_URL'];
  if (!databaseUrl) {
    const server = await startPostgres({ folder: home, progress });
    onStop(server.stop);
    databaseUrl = server.url;
  }
  const admin = await connectBus({ url: natsUrl, name: 'admin', creds: credentials.creds('admin') }).catch(
    (error: unknown) => {
      throw new Error(`NATS at ${natsUrl} cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    },
  );
  try {
    // Of use only where NATS_URL names several servers.
    await provision(admin, { replicas: Number(env['STREAM_REPLICAS'] || 1) });
  } finally {
    await admin.close();
  }

  const secrets = join(home, 'secrets');
  return {
    home,
    natsUrl,
    databaseUrl,
    credentialsFolder,
    account: credentials.account,
    sandboxSeedFile: credentials.sandboxSeedFile,
    warmSeedFile: credentials.warmSeedFile,
    egressSecretFile: (await secretIn(secrets, 'egress')).path,
    secretKeyFile: (await secretIn(secrets, 'secret-key', 32)).path,
    credentialKeyFile: (await secretIn(secrets, 'credential-key', 32)).path,
    webToken: (await secretIn(secrets, 'web-token')).value,
    bubblewrap: env['SANDBOX_WALLS'] === 'none' ? undefined : await findBubblewrap({ home, progress }),
    egressPort: await freePort(),
    gatewayPort: port,
  };
};
