import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintCredentials } from '@threadbox/tool-credentials';
import { services } from '@threadbox/schemas';
import { secretIn } from './home.ts';
import { sameClaims } from './same-claims.ts';
import { pick, platformSettingsOf, serviceTable } from './services.ts';

/** The keys of a Secret, each with what stands in it. */
type Entries = Record<string, string>;

/** `NAME`s with their values, be they given as such or as the file that `NAME_FILE` names. */
const valuesOf = async (given: Record<string, string>): Promise<Entries> => {
  const values: Entries = {};
  for (const [name, value] of Object.entries(given))
    if (name.endsWith('_FILE')) values[name.slice(0, -5)] ??= (await readFile(value, 'utf8')).trim();
    else values[name] = value;
  return values;
};

/**
 * What somebody gave a service: egress its model, auth the address of the gateway, gateway and relay their bots. What else stands in .env (addresses of a local
 * NATS, say) is about this machine, and the manifests have settings of their own for it.
 */
const givenTo = async (service: string, env: NodeJS.ProcessEnv): Promise<Entries> => {
  const spec = serviceTable.find(({ name }) => name === service);
  if (spec === undefined) return {};
  const { WEB_USERS: _added, ...platforms } = await valuesOf(platformSettingsOf(spec, env));
  return {
    ...(service === 'egress' || service === 'auth' ? await valuesOf(pick(env, spec.settings)) : {}),
    ...platforms,
  };
};

/** Writes a file for its owner only, once; tells whether what stands there is something else. */
const writeOnce = async (path: string, content: string): Promise<'written' | 'there' | 'differs'> => {
  try {
    await writeFile(path, content, { mode: 0o600, flag: 'wx' });
    return 'written';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return (await readFile(path, 'utf8')).trim() === content.trim() ? 'there' : 'differs';
  }
};

/** Who may do what may change with a version; the keys never do. So this one file follows, and only where it says something new. */
const writeServerConfig = async (path: string, content: string): Promise<boolean> => {
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there !== undefined && sameClaims(there, content)) return false;
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return true;
};

/** How the servers of a cluster know each other. NATS takes what a route presents from its address, so those are a secret, too. */
const routesConfig = (password: string): string =>
  [
    `authorization { user: route, password: "${password}" }`,
    'routes: [',
    ...[0, 1, 2].map((n) => `  "nats://route:${password}@nats-${n}.nats-headless.threadbox.svc:6222"`),
    ']',
    '',
  ].join('\n');

/**
 * Makes every secret of a Threadbox in a cluster: `<out>/<Secret>/<key>`, files for their owner only. What is there stays, so
 * it may run any number of times; what it lacks is made or taken from the environment. `<out>/.keys` holds the operator's keys, which
 * no cluster needs: keep them, or no further user can be made. `notes` say what was done, by names alone.
 */
export const writeSecrets = async ({
  out,
  env,
}: {
  out: string;
  env: NodeJS.ProcessEnv;
}): Promise<{ notes: string[] }> => {
  const keys = join(out, '.keys');
  await mkdir(out, { recursive: true, mode: 0o700 });
  const { account, creds, sandboxSeedFile, warmSeedFile, serverConfig } = await mintCredentials(join(keys, 'nats'));
  const made = async (name: string, bytes?: number): Promise<string> => (await secretIn(keys, name, bytes)).value;
  const password = await made('postgres-password');
  const egressSecret = await made('egress-secret');
  const secretKey = env['THREADBOX_SECRET_KEY'] || (await made('secret-key', 32));
  const credentialKey = env['THREADBOX_CREDENTIAL_KEY'] || (await made('credential-key', 32));
  const database = { DATABASE_URL: `postgres://threadbox:${password}@postgres.threadbox.svc:5432/threadbox` };
  const webUsers = [`host:${await made('web-token')}`, env['WEB_USERS']].filter(Boolean).join(',');

  const secrets: Record<string, Entries> = {
    nats: { 'routes.conf': routesConfig(await made('route-password')) },
    postgres: { password },
    provision: { 'nats.creds': await readFile(creds('admin'), 'utf8') },
    gateway: { THREADBOX_SECRET_KEY: secretKey, THREADBOX_CREDENTIAL_KEY: credentialKey, WEB_USERS: webUsers },
    auth: database,
    session: database,
    relay: { THREADBOX_SECRET_KEY: secretKey },
    sandbox: {
      ...database,
      EGRESS_SECRET: egressSecret,
      NATS_ACCOUNT: account,
      NATS_SIGNING_SEED: await readFile(sandboxSeedFile, 'utf8'),
      NATS_WARM_SIGNING_SEED: await readFile(warmSeedFile, 'utf8'),
    },
    egress: { EGRESS_SECRET: egressSecret, THREADBOX_CREDENTIAL_KEY: credentialKey },
  };
  const notes: string[] = [];
  for (const [name, machine] of Object.entries(secrets)) {
    const isUser = (services as readonly string[]).includes(name);
    const entries = {
      ...machine,
      ...(isUser ? { 'nats.creds': await readFile(creds(name), 'utf8') } : {}),
      ...(await givenTo(name, env)),
    };
    await mkdir(join(out, name), { recursive: true, mode: 0o700 });
    for (const [key, content] of Object.entries(entries)) {
      const outcome = await writeOnce(join(out, name, key), content);
      if (outcome === 'written') notes.push(`wrote ${name}/${key}`);
      if (outcome === 'differs')
        notes.push(`${name}/${key} is another one than is set here, and stays: to take the new one, delete the file`);
    }
  }
  if (await writeServerConfig(join(out, 'nats', 'auth.conf'), `${serverConfig}\n`)) notes.push('wrote nats/auth.conf');
  return { notes };
};
