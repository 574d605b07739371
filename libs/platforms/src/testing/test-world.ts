import { randomBytes } from 'node:crypto';
import type { PlatformLog } from '../log.ts';
import type { OutgoingFile, World } from '../port.ts';

/** A log that nobody reads. */
export const quiet: PlatformLog = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * A world in memory, for platforms whose halves need no NATS: what one half leaves, the other half of the same world finds.
 * Attempts come at once.
 */
export const testWorld = (prefix: string): Omit<World, 'bus'> => {
  const secrets = new Map<string, string>();
  const left = new Map<string, { text: string; at: number }>();
  const files = new Map<string, OutgoingFile>();
  return {
    prefix,
    log: quiet,
    backOff: () => 5,
    vault: {
      read: (name) => Promise.resolve(secrets.get(name)),
      write: (name, value) => Promise.resolve(void secrets.set(name, value)),
    },
    hints: {
      leave: (conversation, text) => Promise.resolve(void left.set(conversation, { text, at: Date.now() })),
      find: (conversation) => Promise.resolve(left.get(conversation)),
    },
    shelf: {
      put: (file) => {
        const token = randomBytes(32).toString('base64url');
        files.set(token, file);
        return Promise.resolve(token);
      },
      get: (token) => Promise.resolve(files.get(token)),
    },
  };
};
