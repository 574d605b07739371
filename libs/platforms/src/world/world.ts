import type { Bus } from '@threadbox/messaging';
import { vaultSubject } from '@threadbox/schemas';
import { createVault, vaultKeys } from '@threadbox/vault';
import type { PlatformLog } from '../log.ts';
import type { World } from '../port.ts';
import { createHints } from './hints.ts';
import { createShelf } from './shelf.ts';

/** What the halves of platforms are given, on NATS; each bot gets it with a `prefix` of its own. */
export const createWorld = (options: {
  bus: Bus;
  log: PlatformLog;
  /** See `vaultKeys`; without it there is no vault. */
  secretKey: string | undefined;
}): Omit<World, 'prefix'> => {
  const { bus, log, secretKey } = options;
  const keys = secretKey === undefined ? undefined : vaultKeys(secretKey);
  return {
    bus,
    log,
    vault: keys && createVault(bus, { keys, subjectOf: vaultSubject }),
    hints: createHints(bus),
    shelf: createShelf(bus),
  };
};
