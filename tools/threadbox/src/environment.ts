import { join } from 'node:path';
import { settingsOf, type ServiceSpec } from './services.ts';

/** Where everything is: what the services' environments are made from. Addresses and paths; the web token and the database's password are the secrets in it. */
export type Facts = {
  home: string;
  natsUrl: string;
  databaseUrl: string;
  credentialsFolder: string;
  account: string;
  sandboxSeedFile: string;
  warmSeedFile: string;
  egressSecretFile: string;
  /** Where the key is that encrypts what platforms have to keep, and the one for people's own credentials. */
  secretKeyFile: string;
  credentialKeyFile: string;
  egressPort: number;
  /** bubblewrap's path; undefined where sandboxes are to have no walls. */
  bubblewrap: string | undefined;
  gatewayPort: number;
  webToken: string;
};

/** A key that was given to us, or the one that we made. */
const key = (name: string, env: NodeJS.ProcessEnv, madeFile: string): Record<string, string> => {
  if (env[name]) return { [name]: env[name] };
  return { [`${name}_FILE`]: env[`${name}_FILE`] || madeFile };
};

const particular = (name: string, facts: Facts, env: NodeJS.ProcessEnv): Record<string, string> => {
  switch (name) {
    case 'egress':
      return {
        EGRESS_PORT: String(facts.egressPort),
        EGRESS_SECRET_FILE: facts.egressSecretFile,
        ...key('THREADBOX_CREDENTIAL_KEY', env, facts.credentialKeyFile),
      };
    case 'sandbox':
      return {
        ...(facts.bubblewrap === undefined ? {} : { SANDBOX_BUBBLEWRAP: facts.bubblewrap }),
        SANDBOX_ROOT: join(facts.home, 'sandboxes'),
        NATS_SIGNING_SEED_FILE: facts.sandboxSeedFile,
        NATS_WARM_SIGNING_SEED_FILE: facts.warmSeedFile,
        NATS_ACCOUNT: facts.account,
        MODEL_URL: `http://127.0.0.1:${facts.egressPort}`,
        EGRESS_SECRET_FILE: facts.egressSecretFile,
      };
    case 'auth':
      return env['PUBLIC_URL'] ? {} : { PUBLIC_URL: `http://127.0.0.1:${facts.gatewayPort}` };
    case 'relay':
      return key('THREADBOX_SECRET_KEY', env, facts.secretKeyFile);
    case 'gateway':
      return {
        ...key('THREADBOX_SECRET_KEY', env, facts.secretKeyFile),
        ...key('THREADBOX_CREDENTIAL_KEY', env, facts.credentialKeyFile),
        GATEWAY_PORT: String(facts.gatewayPort),
        WEB_USERS: [`host:${facts.webToken}`, env['WEB_USERS']].filter(Boolean).join(','),
      };
    default:
      return {};
  }
};

/** A service's whole environment: the least that it needs, and nothing of ours besides. */
export const environmentOf = (
  spec: ServiceSpec,
  facts: Facts,
  env: NodeJS.ProcessEnv,
  healthPort: number,
): Record<string, string> => ({
  ...settingsOf(spec, env),
  ...(spec.nats
    ? { NATS_URL: facts.natsUrl, NATS_CREDS: join(facts.credentialsFolder, 'creds', `${spec.name}.creds`) }
    : {}),
  ...(spec.database ? { DATABASE_URL: facts.databaseUrl } : {}),
  ...particular(spec.name, facts, env),
  HEALTH_PORT: String(healthPort),
  THREADBOX_SUPERVISED: '1',
});
