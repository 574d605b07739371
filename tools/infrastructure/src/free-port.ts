import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ranges that systems take for outgoing connections (Linux from 32768, macOS from 49152). */
const RANGE = [20_000, 32_000] as const;

/** True where nothing listens on this port of loopback. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/**
 * A TCP port on loopback that is free, and that no outgoing connection will take before it is used: a port that the
 * system chooses itself could be gone again a moment later.
 */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(...RANGE);
    if (await isFree(port)) return port;
  }
  throw new Error(`there is no free port between ${RANGE[0]} and ${RANGE[1]}`);
};
