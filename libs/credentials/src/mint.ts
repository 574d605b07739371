import { encodeUser, fmtCreds } from '@nats-io/jwt';
import { createUser, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { partitionOf } from '@threadbox/schemas';

/** Who signs: the account, and the seed of the signing key of one role. What the role may do stands with the account. */
export type Signer = { accountPublicKey: string; signingSeed: string };

/** Each look at a key computes it anew, some milliseconds long, and a user takes half a dozen of them. */
const computedOnce = (pair: KeyPair): KeyPair => {
  const [publicKey, privateKey] = [pair.getPublicKey(), pair.getPrivateKey()];
  return Object.assign(pair, { getPublicKey: () => publicKey, getPrivateKey: () => privateKey });
};

const signers = new Map<string, KeyPair>();
const signerOf = (seed: string): KeyPair => {
  const signer = signers.get(seed) ?? computedOnce(fromSeed(new TextEncoder().encode(seed)));
  signers.set(seed, signer);
  return signer;
};

/**
 * The text of a credentials file for a new NATS user in the signing key's role; with `expiresIn` (seconds) the server ends
 * its connections then.
 */
export const mintUser = async (
  { accountPublicKey, signingSeed }: Signer,
  user: { name: string; tags?: string[]; expiresIn?: number },
): Promise<string> => {
  const key = computedOnce(createUser());
  const jwt = await encodeUser(
    user.name,
    key,
    signerOf(signingSeed.trim()),
    { issuer_account: accountPublicKey, ...(user.tags ? { tags: user.tags } : {}) },
    {
      scopedUser: true,
      ...(user.expiresIn === undefined ? {} : { exp: Math.floor(Date.now() / 1000) + user.expiresIn }),
    },
  );
  return new TextDecoder().decode(fmtCreds(jwt, key));
};

/** The credentials of one sandbox: the text of a file that lets its runner, and nobody else, read and write its two subjects. */
export const mintSandboxCredentials = ({
  sandboxId,
  expiresIn,
  ...signer
}: Signer & { sandboxId: string; expiresIn: number }): Promise<string> =>
  mintUser(signer, { name: sandboxId, tags: [`p:${partitionOf(sandboxId)}`], expiresIn });

/** The credentials of a sandbox that waits: good for hearing whose it is to be, and for nothing else. */
export const mintWarmCredentials = ({
  warmId,
  expiresIn,
  ...signer
}: Signer & { warmId: string; expiresIn: number }): Promise<string> => mintUser(signer, { name: warmId, expiresIn });
