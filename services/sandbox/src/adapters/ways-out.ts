import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An address that a sandbox may reach, by the name of its socket. */
export type Way = { name: string; host: string; port: number };

/** The sockets that lead out of one sandbox. */
export type WaysOut = { folder: string; close: () => Promise<void> };

const splice = (from: Socket, to: Socket): void => {
  from.pipe(to);
  to.pipe(from);
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
};

/**
 * Opens one socket for each way, in a folder of their own that only we can enter: what a sandbox without a network has
 * instead of one. The folder is short, for a socket's path may have 107 bytes.
 */
export const openWaysOut = async (ways: readonly Way[]): Promise<WaysOut> => {
  const folder = await mkdtemp(join(tmpdir(), 'tbx-'));
  await chmod(folder, 0o700);
  const open = new Set<Socket>();
  const servers: Server[] = [];
  for (const { name, host, port } of ways) {
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      // Small messages go at once: waiting for more to send together would cost tens of milliseconds each.
      splice(socket, connect({ port, host, noDelay: true }));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(join(folder, name), resolve);
    });
    servers.push(server);
  }
  return {
    folder,
    close: async () => {
      for (const socket of open) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
