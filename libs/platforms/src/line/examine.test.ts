import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeLine, startFakeLine } from '../testing/line-fake.ts';
import { line } from './line.ts';

describe('what doctor finds on LINE', () => {
  let api: FakeLine;
  let gateway: Server;
  let status = 200;
  const url = (): string => `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const values = (more: object = {}) => ({
    LINE_CHANNEL_ACCESS_TOKEN: api.token,
    LINE_CHANNEL_SECRET: api.secret,
    LINE_API_ROOT: api.url,
    LINE_DATA_ROOT: api.url,
    PUBLIC_URL: url(),
    ...more,
  });
  const setEndpoint = async (endpoint: string): Promise<void> => {
    const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' };
    const request = { method: 'PUT', headers, body: JSON.stringify({ endpoint }) };
    await fetch(`${api.url}/v2/bot/channel/webhook/endpoint`, request);
  };

  beforeEach(async () => {
    api = await startFakeLine();
    gateway = createServer((request, response) => {
      request.resume();
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    status = 200;
  });
  afterEach(async () => {
    await api.close();
    gateway.closeAllConnections();
    await new Promise((resolve) => gateway.close(resolve));
  });

  it('is well where everything is', async () => {
    await setEndpoint(`${url()}/line/webhook`);
    api.setQuota(200, 10);
    expect(await line.hearing.examine(values(), 'line')).toEqual([
      { what: 'the token belongs to Threadbox (@threadbox)', fix: undefined },
      { what: `the webhook ${url()}/line/webhook answers`, fix: undefined },
      { what: 'messages this month: 10 of 200', fix: undefined },
    ]);
  });

  it('names the one next thing to do about the webhook', async () => {
    const webhook = async (): Promise<string | undefined> => (await line.hearing.examine(values(), 'line'))[1]?.fix;
    expect(await webhook()).toContain('Start the gateway');
    await setEndpoint('https://elsewhere.example.org/line/webhook');
    expect(await webhook()).toContain('not at PUBLIC_URL');
    await setEndpoint(`${url()}/line/webhook`);
    api.setActive(false);
    expect(await webhook()).toContain('Use webhook');
    api.setActive(true);
    status = 401;
    expect(await webhook()).toContain('LINE_CHANNEL_SECRET');
    status = 502;
    expect(await webhook()).toContain('ERROR_STATUS_CODE, 502');
  });

  it('warns when the month’s messages are nearly used up', async () => {
    api.setQuota(200, 160);
    expect((await line.hearing.examine(values(), 'line'))[2]).toMatchObject({
      what: 'messages this month: 160 of 200',
      fix: expect.stringContaining('Nearly used up'),
    });
    api.setQuota(undefined, 5);
    expect((await line.hearing.examine(values(), 'line'))[2]).toEqual({
      what: 'messages this month: 5, without a limit',
      fix: undefined,
    });
  });

  it('says what is wrong with the token, and of one thing that fails no more than that', async () => {
    const wrong = { LINE_CHANNEL_ACCESS_TOKEN: 'THISisNotTheTokenOfTheFake0123456789abcdefghijklmnop' };
    expect(await line.hearing.examine(values(wrong), 'line')).toEqual([
      { what: 'the token', fix: expect.stringContaining('LINE Developers Console') },
    ]);
    api.failNext({ call: 'quota', status: 500 });
    expect((await line.hearing.examine(values(), 'line'))[2]).toEqual({
      what: 'the quota',
      fix: 'LINE failed at the quota: 500',
    });
  });
});
