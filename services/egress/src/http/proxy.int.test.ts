/** Egress as a proxy: real clients, real tunnels, on loopback; only what names resolve to is given by the test. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { mintModelToken, verifyModelToken } from '@threadbox/model-token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAllowList } from '../domain/allow-list.ts';
import { isPublicAddress } from './public-address.ts';
import { startEgress } from './server.ts';

const SECRET = 'the-secret-that-signs-sandboxes-tokens';
const INTERNET = '127.0.0.9';
const run = promisify(execFile);
let site: Server;
let egress: Awaited<ReturnType<typeof startEgress>>;
let token: string;
const lines: object[] = [];
const log = { info: (fields: object) => void lines.push(fields), warn: (fields: object) => void lines.push(fields) };

/** Where names lead in this test. 127.0.0.9 stands for the internet: another loopback address, and nobody else's. */
const names: Record<string, string[]> = {
  'good.example': [INTERNET],
  'rebound.example': [INTERNET, '169.254.169.254'],
  'metadata.example': ['169.254.169.254'],
  'loopback.example': ['127.0.0.1'],
};
const sitePort = (): number => (site.address() as AddressInfo).port;

beforeAll(async () => {
  site = createServer((request, response) => {
    response.end(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? 'no credentials'}`);
  });
  site.listen(0, INTERNET);
  await once(site, 'listening');
  token = await mintModelToken({ secret: SECRET, sandboxId: 'box', expiresIn: 60 });
  egress = await startEgress(
    {
      upstream: { url: 'http://127.0.0.1:9', headers: {} },
      verify: (given) => verifyModelToken(SECRET, given),
      log,
      allowed: readAllowList('good.example rebound.example metadata.example loopback.example missing.example'),
      ports: new Set([80, 443, sitePort()]),
      lookup: (host) => Promise.resolve(names[host] ?? []),
      isReachable: (address) => address === INTERNET || isPublicAddress(address),
    },
    { host: '127.0.0.1', port: 0 },
  );
});
afterAll(async () => {
  await egress.close();
  site.closeAllConnections();
  site.close();
});

/** What curl says through the proxy: the status that it got from it, and the words. */
const curl = async (url: string, as = token, more: string[] = []): Promise<{ status: string; text: string }> => {
  const proxy = egress.url.replace('://', as === '' ? '://' : `://sandbox:${as}@`);
  const args = ['-sS', '-m', '10', '-x', proxy, '-w', '\\n%{http_connect}/%{http_code}', ...more, url];
  const { stdout, stderr } = await run('curl', args).catch((error: { stdout: string; stderr: string }) => error);
  const [status = ''] = stdout.split('\n').slice(-1);
  return { status, text: `${stdout}${stderr}` };
};

describe('egress as a proxy', () => {
  it.each([
    ['a host that is not on the list', 'http://evil.example/', '403'],
    ['a host whose address is the metadata service’s', 'http://metadata.example/', '403'],
    ['a host whose address is ours', 'http://loopback.example/', '403'],
    ['a host of which one address is private', 'http://rebound.example/', '403'],
    ['an address', 'http://127.0.0.1/', '403'],
    ['another port', 'http://good.example:5432/', '403'],
    ['a host without an address', 'http://missing.example/', '502'],
  ])('does not let a sandbox reach %s', async (_, url, status) => {
    const plain = await curl(url);
    expect(plain.status).toBe(`000/${status}`);
    const tunnel = await curl(
      url
        .replace('http:', 'https:')
        .replace(/example\/$/, 'example:443/')
        .replace('.1/', '.1:443/'),
    );
    expect(tunnel.status.startsWith(`${status}/`)).toBe(true);
  });

  it('lets nobody through without a good token', async () => {
    for (const wrong of ['', 'nonsense', await mintModelToken({ secret: SECRET, sandboxId: 'box', expiresIn: -5 })]) {
      expect((await curl('http://good.example/', wrong)).status).toBe('000/407');
      expect((await curl('https://good.example/', wrong)).status).toBe('407/000');
    }
  });

  it('says of every decision which sandbox it was and where it wanted to go, and shows no token', () => {
    expect(lines).toContainEqual(expect.objectContaining({ sandbox: 'box', host: 'evil.example', port: 80 }));
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  it('passes on what is let out, without the token, plain and through a tunnel', async () => {
    const url = `http://good.example:${sitePort()}/path?x=1`;
    expect(await curl(url)).toMatchObject({
      status: '000/200',
      text: expect.stringContaining('GET /path?x=1 no credentials'),
    });
    const tunnel = await curl(url, token, ['--proxytunnel']);
    expect(tunnel).toMatchObject({ status: '200/200', text: expect.stringContaining('GET /path?x=1 no credentials') });
    expect(lines).toContainEqual({ sandbox: 'box', host: 'good.example', port: sitePort() });
  });
});
