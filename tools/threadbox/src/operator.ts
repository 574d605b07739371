import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus, type Bus } from '@threadbox/messaging';
import { runningIn } from './home.ts';

/**
 * Connects as the operator, who may do everything: to the NATS that NATS_URL names (with NATS_CREDS), else to that of the
 * Threadbox which runs in this folder. Throws with a clear word where there is none.
 */
export const connectOperator = async (home: string, env: NodeJS.ProcessEnv = process.env): Promise<Bus> => {
  const url = env['NATS_URL'] || (await runningIn(home))?.natsUrl;
  if (url === undefined)
    throw new Error(
      `no Threadbox runs in ${home}: start it, or name another one’s NATS with NATS_URL and NATS_CREDS (the admin’s)`,
    );
  const own = join(home, 'credentials', 'creds', 'admin.creds');
  const creds = env['NATS_CREDS'] || (existsSync(own) ? own : undefined);
  return connectBus({ url, name: 'admin', creds });
};

/** The address of Postgres: DATABASE_URL, else that of the Threadbox which runs in this folder. Throws where there is none. */
export const databaseOf = async (home: string, env: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const url = env['DATABASE_URL'] || (await runningIn(home))?.databaseUrl;
  if (url === undefined)
    throw new Error(`no Threadbox runs in ${home}: start it, or name another one’s Postgres with DATABASE_URL`);
  return url;
};
