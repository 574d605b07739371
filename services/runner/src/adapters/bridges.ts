import { connect, createServer } from 'node:net';

/** `<port>=<socket>,<port>=<socket>`: where each address of ours leads. Throws on anything else. */
export const readWays = (text: string): Array<{ port: number; socket: string }> =>
  text.split(',').map((way) => {
    const match = /^(\d{1,5})=(\/.+)$/.exec(way);
    if (!match?.[1] || !match[2]) throw new TypeError('a way out is <port>=<path of a socket>');
    return { port: Number(match[1]), socket: match[2] };
  });

/**
 * Behind walls there is no network: what NATS and egress are reached by are sockets. Programs want addresses, so each
 * socket gets one on the sandbox's own loopback. Resolves once all of them listen.
 */
export const openBridges = async (ways: ReadonlyArray<{ port: number; socket: string }>): Promise<void> => {
  for (const { port, socket } of ways) {
    // Small messages go at once, see ways-out.ts of the sandbox service.
    const server = createServer({ noDelay: true }, (inner) => {
      const outer = connect(socket);
      inner.pipe(outer);
      outer.pipe(inner);
      inner.on('error', () => outer.destroy());
      outer.on('error', () => inner.destroy());
      inner.on('close', () => outer.destroy());
      outer.on('close', () => inner.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    server.unref();
  }
};
