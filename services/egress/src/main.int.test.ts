import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { mintModelToken } from '@threadbox/model-token';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EGRESS_SECRET, egressStage, tokenFor, type EgressStage } from './testing/egress-stage.ts';

const KEY = 'sk-ant-the-real-key-0123456789';
const main = new URL('main.ts', import.meta.url).pathname;

let stage: EgressStage;
const natsOf = () => ({ NATS_URL: stage.nats.url, NATS_CREDS: stage.nats.creds('egress') });

type Started = { child: ChildProcess; url: string; output: () => string };
const children: ChildProcess[] = [];

const start = async (env: Record<string, string>): Promise<Started> => {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'] ?? '', EGRESS_PORT: '0', EGRESS_SECRET, ...natsOf(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (data) => (output += String(data)));
  child.stderr?.on('data', (data) => (output += String(data)));
  for (;;) {
    const url = /"url":"(http:[^"]+)"/.exec(output)?.[1];
    if (url !== undefined) return { child, url, output: () => output };
    if (child.exitCode !== null) throw new Error(output);
    await sleep(10);
  }
};

const message = (text: string, stream = false) =>
  JSON.stringify({ model: 'm', max_tokens: 9, stream, messages: [{ role: 'user', content: text }] });
const post = (url: string, token: string | undefined, body = message('say hi'), init: RequestInit = {}) =>
  fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    body,
    ...init,
  });
const goodToken = () => tokenFor('box');

/** A model that records what it was sent and answers as it is told. */
let model: Server;
let seen: Array<{ url: string | undefined; headers: IncomingMessage['headers'] }> = [];
let reply: (response: ServerResponse) => void = (response) => response.end('{}');
const modelUrl = () => `http://127.0.0.1:${(model.address() as AddressInfo).port}`;

beforeAll(async () => {
  stage = await egressStage();
  await stage.openSession('box');
  model = createServer((request, response) => {
    seen.push({ url: request.url, headers: request.headers });
    request.resume();
    reply(response);
  });
  model.listen(0, '127.0.0.1');
  await once(model, 'listening');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  seen = [];
  reply = (response) => response.end('{}');
});
afterAll(async () => {
  model.closeAllConnections();
  model.close();
  await stage.stop();
});

describe('egress', () => {
  it('refuses a token that is missing, forged, expired or meant for somebody else, and asks no model', async () => {
    const { url } = await start({ ANTHROPIC_BASE_URL: modelUrl(), ANTHROPIC_API_KEY: KEY });
    const tokens = [
      undefined,
      'nonsense',
      await mintModelToken({ secret: 'another-secret-of-some-length', sandboxId: 'box', expiresIn: 60 }),
      await mintModelToken({ secret: EGRESS_SECRET, sandboxId: 'box', expiresIn: -5 }),
      KEY,
    ];
    for (const token of tokens) {
      const response = await post(url, token);
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { type: 'error', error: { type: 'authentication_error' } },
      ]);
    }
    expect(seen).toEqual([]);
  });

  it('puts the key in the token’s place, and shows it to nobody', async () => {
    const { url, output } = await start({ ANTHROPIC_BASE_URL: modelUrl(), ANTHROPIC_API_KEY: KEY });
    const token = await goodToken();
    reply = (response) => response.writeHead(401, { 'x-api-key': KEY }).end('{"type":"error"}');
    const response = await fetch(`${url}/v1/messages?beta=true`, {
      method: 'POST',
      headers: { 'x-api-key': token, 'anthropic-beta': 'one' },
      body: message('hi'),
    });
    expect(response.status).toBe(401);
    expect(seen).toMatchObject([
      { url: '/v1/messages?beta=true', headers: { 'x-api-key': KEY, 'anthropic-beta': 'one' } },
    ]);
    const back = `${await response.text()}${JSON.stringify([...response.headers])}`;
    expect(back).not.toContain(KEY);
    expect(JSON.stringify(seen)).not.toContain(token);
    // The log comes through a pipe of its own.
    await vi.waitFor(() => expect(output()).toContain('"sandbox":"box"'), { timeout: 10_000, interval: 20 });
    expect(output()).not.toContain(KEY);
    expect(output()).not.toContain(token);
    expect(output()).not.toContain(EGRESS_SECRET);
  });

  it('passes a stream through piece by piece', async () => {
    const { url } = await start({ ANTHROPIC_BASE_URL: modelUrl() });
    let finish = (): void => undefined;
    reply = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      finish = () => response.end('data: 2\n\n');
    };
    const response = await post(url, await goodToken());
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader.read()).toEqual({ done: false, value: 'data: 1\n\n' });
    finish();
    expect(await reader.read()).toEqual({ done: false, value: 'data: 2\n\n' });
  });

  it('hangs up on the model when the sandbox does', async () => {
    const { url } = await start({ ANTHROPIC_BASE_URL: modelUrl() });
    const closed = new Promise((resolve) => {
      reply = (response) => {
        response.on('close', () => resolve('closed'));
        response.writeHead(200).write('x');
      };
    });
    const abort = new AbortController();
    await post(url, await goodToken(), message('hi'), { signal: abort.signal });
    abort.abort();
    expect(await closed).toBe('closed');
  });

  it('says in the API’s own shape that the model cannot be reached', async () => {
    const { url } = await start({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' });
    const response = await post(url, await goodToken());
    expect([response.status, await response.json()]).toMatchObject([
      502,
      {
        type: 'error',
        error: { type: 'api_error', message: expect.stringContaining('cannot be reached (ECONNREFUSED)') },
      },
    ]);
  });

  it('passes on nothing but the model’s API', async () => {
    const { url } = await start({ ANTHROPIC_BASE_URL: modelUrl() });
    const headers = { authorization: `Bearer ${await goodToken()}` };
    expect((await fetch(`${url}/healthz`, { headers })).status).toBe(404);
    expect((await fetch(`${url}/v1/messages`, { method: 'DELETE', headers })).status).toBe(404);
    expect(seen).toEqual([]);
  });

  it('rehearses where no credential is set', async () => {
    const { url } = await start({});
    const response = await post(url, await goodToken(), message('say hello from egress', true));
    expect(await response.text()).toMatch(/event: message_start[\s\S]*hello from egress[\s\S]*event: message_stop/);
  });

  it('refuses an empty or placeholder secret, and names every setting at once', async () => {
    const failed = await start({ EGRESS_SECRET: 'changeme', ANTHROPIC_API_KEY: 'your-key-goes-here' }).catch(String);
    expect(failed).toMatch(/ANTHROPIC_API_KEY: is a placeholder/);
    expect(failed).toMatch(/EGRESS_SECRET: is a placeholder/);
  });
});
