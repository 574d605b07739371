import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Bus } from '@threadbox/messaging';
import { streams } from '@threadbox/schemas';

/** Small secrets by name, kept encrypted on NATS; the last one written counts. */
export type Vault = {
  /** Undefined where nothing was written, or it was emptied. Rejects where its key is not here, or it was tampered with. */
  read: (name: string) => Promise<string | undefined>;
  write: (name: string, value: string) => Promise<void>;
};

/** Which key a value was written with: enough to tell two apart, too little to tell the key. */
const nameOf = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

/**
 * A vault on the VAULT stream: AES-256-GCM, a fresh nonce for every value, the value's name bound to it. The first key
 * writes, every key reads: to rotate, put the new one first, and take the old one away once all was written anew.
 */
export const createVault = (
  { js, jsm }: Pick<Bus, 'js' | 'jsm'>,
  { keys, subjectOf }: { keys: readonly [Buffer, ...Buffer[]]; subjectOf: (name: string) => string },
): Vault => ({
  write: async (name, value) => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keys[0], iv).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const text = ['v1', nameOf(keys[0]), iv.toString('base64url'), sealed.toString('base64url')].join('.');
    await js.publish(subjectOf(name), text);
  },
  read: async (name) => {
    const last = await jsm.direct.getMessage(streams.vault, { last_by_subj: subjectOf(name) });
    const text = last?.string() ?? '';
    if (text === '') return undefined;
    const [version, keyName, iv = '', sealed = ''] = text.split('.');
    const key = keys.find((each) => nameOf(each) === keyName);
    if (version !== 'v1' || !key) throw new Error(`the vault's ${name} was written with a key that is not here`);
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'))
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
  },
});

/** Reads the keys of a vault: 32 bytes in base64 or hex, several separated by commas, the newest first. Undefined if one is not. */
export const vaultKeys = (text: string): [Buffer, ...Buffer[]] | undefined => {
  const keys = text.split(',').map((part) => {
    const key = part.trim();
    return Buffer.from(key, /^[0-9a-f]{64}$/i.test(key) ? 'hex' : 'base64');
  });
  const [first, ...rest] = keys;
  const isWeak = (key: Buffer): boolean => key.length !== 32 || new Set(key).size < 12;
  return first === undefined || keys.some(isWeak) ? undefined : [first, ...rest];
};
