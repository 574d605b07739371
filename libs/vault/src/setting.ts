import { z } from 'zod';
import { vaultKeys } from './vault.ts';

/** A setting that holds the keys of a vault; anything weaker is refused. */
export const vaultKey = () =>
  z
    .string()
    .refine((key) => vaultKeys(key) !== undefined, 'is no key: 32 random bytes in base64 (openssl rand -base64 32)');
