import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused } from '../errors.ts';
import { openFile } from './files.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/whole') return response.end('all of it');
    if (request.url === '/broken') {
      response.writeHead(200, { 'content-length': 100 });
      return response.write('some', () => response.destroy());
    }
    if (request.url === '/elsewhere') return response.writeHead(302, { location: '/whole' }).end();
    return response.writeHead(Number(request.url!.slice(1))).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const read = async (path: string): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of await openFile(`${url}${path}`)()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

describe('an attached file', () => {
  it('is fetched whole', async () => {
    expect(await read('/whole')).toBe('all of it');
  });

  it.each(['/404', '/403'])('that is gone (%s) is refused', async (path) => {
    await expect(read(path)).rejects.toBeInstanceOf(Refused);
  });

  it.each(['/503', '/429', '/broken', '/elsewhere'])(
    'can be tried again after %s, whose address is not told',
    async (path) => {
      const outcome = await read(path).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(Error);
      expect(outcome).not.toBeInstanceOf(Refused);
      expect(String(outcome)).not.toContain('127.0.0.1');
    },
  );
});
