/**
 * A wire to a TCP server on loopback that can be cut. Cut, nothing passes and nobody is told: as where packets are dropped on the way.
 * Mended, what was under way goes on; with `forget` connections made before stay dead, as where a router has lost them.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire that can be cut. */
export type Wire = {
  port: number;
  cut: () => void;
  mend: (options?: { forget?: boolean }) => void;
  close: () => Promise<void>;
};

/** Lays a wire to a port of loopback. */
export const layWire = async (target: number): Promise<Wire> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  const lost: Socket[] = [];
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data) => {
        if (!to.write(data)) from.pause();
      });
      to.on('drain', () => !isCut && from.resume());
      from.on('error', () => undefined);
      from.on('close', () => {
        // The end of a connection does not pass a cut wire, either.
        if (!isCut) to.destroy();
        pairs.delete(pair);
      });
      if (isCut) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const each = (change: (socket: Socket) => void): void => {
    for (const pair of pairs) for (const socket of pair) change(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      each((socket) => socket.pause());
    },
    mend: ({ forget = false } = {}): void => {
      isCut = false;
      if (!forget) return each((socket) => socket.resume());
      each((socket) => lost.push(socket));
      pairs.clear();
    },
    close: async () => {
      each((socket) => socket.destroy());
      for (const socket of lost) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
