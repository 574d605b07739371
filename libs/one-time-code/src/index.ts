import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base 32: nothing in it is taken for something else when it is read aloud or typed. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** How long a code is good for, in milliseconds. */
export const CODE_LIFE = 10 * 60 * 1000;

/** A new code of 80 random bits, in four groups of four. */
export const createCode = (): string =>
  [...randomBytes(16)].map((byte, i) => (i > 0 && i % 4 === 0 ? '-' : '') + LETTERS[byte % 32]).join('');

/** What a code is known by where it is kept: its hash, so that who reads the log cannot use it. As lenient as a reader. */
export const codeId = (code: string): string => {
  const plain = code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(`one-time-code ${plain}`).digest('hex');
};
