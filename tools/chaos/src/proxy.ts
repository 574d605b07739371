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

/** A connection to the first of these ports that takes one, beginning anywhere; dead, if none does. */
const reach = (targets: readonly number[], first: number, tries: number, onReached: (far: Socket) => void): void => {
  const far = connect(targets[first % targets.length] ?? 0, '127.0.0.1');
  const onFailed = (): void => {
    if (tries < targets.length) reach(targets, first + 1, tries + 1, onReached);
    else onReached(far);
  };
  far.once('error', onFailed);
  far.once('connect', () => {
    far.off('error', onFailed);
    onReached(far);
  });
};

/** Lays a wire to a port of loopback, or to whichever of several takes a connection. */
export const layWire = async (...targets: readonly number[]): Promise<Wire> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  const lost: Socket[] = [];
  let isCut = false;
  let next = 0;
  const join = (near: Socket, far: Socket): void => {
    if (far.destroyed) return void near.destroy();
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
  };
  const server = createServer((near) => {
    // What comes before the other end is there waits.
    near.pause();
    near.on('error', () => undefined);
    next += 1;
    reach(targets, next, 1, (far) => {
      join(near, far);
      if (!isCut) near.resume();
    });
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
