import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Stands in for NATS and egress in the driver contract: says one, and two only to who answered one, and three only to who
 * answered two. Port 0 takes a free one.
 */
export const startPeer = async (
  host: string,
  port: number,
): Promise<{ port: number; hold: () => void; close: () => void }> => {
  const server = createServer((socket) => {
    let said = 1;
    socket.on('error', () => undefined);
    socket.write('1');
    socket.setEncoding('utf8').on('data', (piece) => {
      if (String(piece) !== String(said) || said === 3) return;
      said += 1;
      socket.write(String(said));
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  server.unref();
  const { port: listening } = server.address() as AddressInfo;
  // `hold`: where it is all that a process does.
  return { port: listening, hold: () => void server.ref(), close: () => void server.close() };
};
