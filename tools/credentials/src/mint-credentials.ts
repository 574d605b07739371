import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeAccount, encodeOperator, newScopedSigner } from '@nats-io/jwt';
import { createAccount, createOperator, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { mintUser, sandboxTemplate, servicePermissions, warmTemplate, type Permissions } from '@threadbox/credentials';
import { services } from '@threadbox/schemas';

/** What a folder of credentials holds. */
export type Credentials = {
  /** Operator mode for nats.conf: operator, system account and resolver, without ports or storage. */
  serverConfig: string;
  /** The public key of the account that everything happens in. */
  account: string;
  /** The path of the seed that signs sandboxes' users, and can sign no others. */
  sandboxSeedFile: string;
  /** The path of the seed that signs waiting sandboxes' users, and can sign no others. */
  warmSeedFile: string;
  /** The path of a user's credentials file. */
  creds: (user: string) => string;
};

const EVERYTHING: Permissions = { publish: ['>'], subscribe: ['>'] };

/** The roles whose users are minted one by one, with names of their own. */
const MANY = ['sandbox-user', 'warm-user'];
/** Seconds that who was asked may take to answer. */
const ANSWER = 10;

/** The roles, each with a signing key of its own; `admin` provisions streams, makes backups and reads dead letters. */
const roles: ReadonlyArray<readonly [name: string, permissions: Permissions]> = [
  ['admin', EVERYTHING],
  ['sandbox-user', sandboxTemplate],
  ['warm-user', warmTemplate],
  ...services.map((service) => [service, servicePermissions(service)] as const),
];

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Writes a file that only its owner can read, whole or not at all. */
const writeSecret = async (path: string, content: string): Promise<void> => {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
};

const readOr = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

/** The key pair whose seed stands in this file, made if it is not there. */
const keyIn = async (path: string, create: () => KeyPair): Promise<KeyPair> => {
  const seed = await readOr(path);
  if (seed !== undefined) return fromSeed(new TextEncoder().encode(seed.trim()));
  const pair = create();
  await writeSecret(path, text(pair.getSeed()));
  return pair;
};

/**
 * Makes the keys and users of one Threadbox in a folder, or completes what is there: operator, system account, one account
 * with JetStream, a signing key for each role with the role's permissions, a user for each service and for `admin`.
 * Permissions stand with the account, so a change of theirs needs no new user. Every file is for its owner only.
 */
export const mintCredentials = async (folder: string): Promise<Credentials> => {
  for (const part of ['creds', 'keys']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const seedFile = (name: string): string => join(folder, 'keys', `${name}.seed`);
  const creds = (user: string): string => join(folder, 'creds', `${user}.creds`);
  const operator = await keyIn(seedFile('operator'), createOperator);
  const system = await keyIn(seedFile('system'), createAccount);
  const account = await keyIn(seedFile('account'), createAccount);

  const signers = [];
  for (const [name, { publish, subscribe, respond }] of roles) {
    const key = await keyIn(seedFile(name), createAccount);
    const limits = {
      pub: { allow: [...publish] },
      sub: { allow: [...subscribe] },
      ...(respond && { resp: { max: 1, ttl: ANSWER * 1e9 } }),
      subs: -1,
      data: -1,
      payload: -1,
    };
    signers.push(newScopedSigner(key, name, limits));
    if (MANY.includes(name) || (await readOr(creds(name))) !== undefined) continue;
    const signer = { accountPublicKey: account.getPublicKey(), signingSeed: text(key.getSeed()) };
    await writeSecret(creds(name), await mintUser(signer, { name }));
  }

  const unlimited = { data: -1, payload: -1, subs: -1, conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true };
  const storage = {
    mem_storage: -1,
    disk_storage: -1,
    streams: -1,
    consumer: -1,
    mem_max_stream_bytes: -1,
    disk_max_stream_bytes: -1,
  };
  const operatorJwt = await encodeOperator('threadbox', operator, { system_account: system.getPublicKey() });
  const systemJwt = await encodeAccount('SYS', system, { limits: unlimited }, { signer: operator });
  const accountJwt = await encodeAccount(
    'THREADBOX',
    account,
    { signing_keys: signers, limits: { ...unlimited, ...storage } },
    { signer: operator },
  );
  return {
    account: account.getPublicKey(),
    sandboxSeedFile: seedFile('sandbox-user'),
    warmSeedFile: seedFile('warm-user'),
    creds,
    serverConfig: [
      `operator: ${operatorJwt}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      'resolver_preload: {',
      `  ${system.getPublicKey()}: ${systemJwt}`,
      `  ${account.getPublicKey()}: ${accountJwt}`,
      '}',
    ].join('\n'),
  };
};
