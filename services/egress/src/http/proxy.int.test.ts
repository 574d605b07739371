/** Egress as a proxy: real clients, real tunnels, on loopback; only what names resolve to is given by the test. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { deriveId, type EgressEvent } from '@threadbox/schemas';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { egressStage, tokenFor, type EgressStage, type RunningEgress } from '../testing/egress-stage.ts';
import { isPublicAddress } from './public-address.ts';

const INTERNET = '127.0.0.9';
const run = promisify(execFile);
let stage: EgressStage;
let site: Server;
let egress: RunningEgress;
let token: string;
const box = deriveId('box');

/** Where names lead in this test. 127.0.0.9 stands for the internet: another loopback address, and nobody else's. */
const names: Record<string, string[]> = {
  'good.example': [INTERNET],
  'later.example': [INTERNET],
  'everywhere.example': [INTERNET],
  'rebound.example': [INTERNET, '169.254.169.254'],
  'metadata.example': ['169.254.169.254'],
  'loopback.example': ['127.0.0.1'],
};
const sitePort = (): number => (site.address() as AddressInfo).port;
const decisions = async (sandbox = box): Promise<EgressEvent[]> => stage.eventsOf('egress', sandbox);

beforeAll(async () => {
  stage = await egressStage();
  site = createServer((request, response) => {
    response.end(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? 'no credentials'}`);
  });
  site.listen(0, INTERNET);
  await once(site, 'listening');
  token = await tokenFor(box);
  await stage.openSession(box);
  egress = await stage.start(
    { EGRESS_ALLOW: 'good.example rebound.example metadata.example loopback.example missing.example' },
    {
      ports: new Set([80, 443, sitePort()]),
      lookup: (host) => Promise.resolve(names[host] ?? []),
      isReachable: (address) => address === INTERNET || isPublicAddress(address),
    },
  );
});
afterAll(async () => {
  await egress.stop();
  site.closeAllConnections();
  site.close();
  await stage.stop();
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
    for (const wrong of ['', 'nonsense', await tokenFor(box, -5)]) {
      expect((await curl('http://good.example/', wrong)).status).toBe('000/407');
      expect((await curl('https://good.example/', wrong)).status).toBe('407/000');
    }
  });

  it('passes on what is let out, without the token, plain and through a tunnel', async () => {
    const url = `http://good.example:${sitePort()}/path?x=1`;
    expect(await curl(url)).toMatchObject({
      status: '000/200',
      text: expect.stringContaining('GET /path?x=1 no credentials'),
    });
    const tunnel = await curl(url, token, ['--proxytunnel']);
    expect(tunnel).toMatchObject({ status: '200/200', text: expect.stringContaining('GET /path?x=1 no credentials') });
  });

  it('writes every decision down: who, where to and why, once by name, and nothing of what was asked there', async () => {
    const told = await decisions();
    expect(told).toContainEqual({ type: 'way-refused', host: 'evil.example', port: 80, why: 'not-allowed' });
    expect(told).toContainEqual({ type: 'way-refused', host: 'metadata.example', port: 80, why: 'address' });
    expect(told).toContainEqual({ type: 'way-refused', host: 'good.example', port: 5432, why: 'port' });
    const site1 = { type: 'way-allowed', host: 'good.example', port: sitePort(), why: 'settings' };
    expect(told.filter((event) => event.type === 'way-allowed')).toEqual([site1]);
    const everything = JSON.stringify([told, egress.lines]);
    expect(everything).not.toContain('/path');
    expect(everything).not.toContain(token);
  });
});

describe('an owner’s word', () => {
  const works = async (host: string): Promise<boolean> =>
    (await curl(`http://${host}:${sitePort()}/`)).status === '000/200';
  it('counts from the next request on, for the session or for the workspace, and is taken back the same way', async () => {
    const here = { domain: 'later.example', by: 'web:ana' };
    const everywhere = { domain: 'everywhere.example', by: 'web:ana' };
    expect(await works('later.example')).toBe(false);
    await stage.happened('session', box, { type: 'domain-allowed', ...here });
    await stage.happened('workspace', 'w', { type: 'domain-allowed', ...everywhere });
    expect(await works('later.example')).toBe(true);
    expect(await works('everywhere.example')).toBe(true);
    expect(await decisions()).toContainEqual(
      expect.objectContaining({ type: 'way-allowed', host: 'everywhere.example', why: 'workspace' }),
    );
    await stage.happened('session', box, { type: 'domain-forbidden', ...here });
    await stage.happened('workspace', 'w', { type: 'domain-forbidden', ...everywhere });
    expect(await works('later.example')).toBe(false);
    expect(await works('everywhere.example')).toBe(false);
  });

  it('counts for no other session, and for nobody without one', async () => {
    const other = deriveId('other');
    await stage.openSession(other, 'elsewhere');
    await stage.happened('session', box, { type: 'domain-allowed', domain: 'later.example', by: 'web:ana' });
    const theirs = await curl(`http://later.example:${sitePort()}/`, await tokenFor(other));
    expect(theirs.text).toContain('nobody allowed it');
    const nobody = await curl(`http://good.example:${sitePort()}/`, await tokenFor(deriveId('nobody')));
    expect(nobody).toMatchObject({ status: '000/403', text: expect.stringContaining('no open session') });
  });
});

describe('many decisions', () => {
  it('are counted, not named one by one', async () => {
    const busy = deriveId('busy');
    await stage.openSession(busy);
    const theirs = await tokenFor(busy);
    const url = `http://good.example:${sitePort()}/`;
    await Promise.all(Array.from({ length: 8 }, () => curl(url, theirs)));
    expect(await decisions(busy)).toHaveLength(1);
    await egress.stop();
    const [, counted] = await decisions(busy);
    expect(counted).toEqual({
      type: 'ways-counted',
      ways: [{ host: 'good.example', port: sitePort(), verdict: 'allowed', times: 7 }],
      others: { allowed: 0, refused: 0 },
    });
    egress = await stage.start(
      { EGRESS_ALLOW: 'good.example' },
      { ports: new Set([80, sitePort()]), lookup: () => Promise.resolve([INTERNET]), isReachable: () => true },
    );
    await curl(url, theirs);
    // Named before, by the egress that is gone.
    expect((await decisions(busy)).filter(({ type }) => type === 'way-allowed')).toHaveLength(1);
  });
});

describe('without its log', () => {
  it('egress lets nobody out, says why, and does again once the log is back', async () => {
    const url = `http://good.example:${sitePort()}/`;
    expect((await curl(url)).status).toBe('000/200');
    await stage.nats.kill();
    const closed = await curl(url, token, ['-m', '30']);
    expect(closed).toMatchObject({ status: '000/503', text: expect.stringContaining('the log that decides') });
    await stage.nats.start();
    await vi.waitFor(async () => expect((await curl(url)).status).toBe('000/200'), { timeout: 30_000, interval: 200 });
  });
});
