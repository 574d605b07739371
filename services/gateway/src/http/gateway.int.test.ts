/** The gateway's HTTP side on a real NATS: what it refuses, and when it says that it has something. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Bus } from '@threadbox/messaging';
import { createWorld, hearingOf, platforms, switchedOn, type Listener } from '@threadbox/platforms';
import { codeId, createCode } from '@threadbox/one-time-code';
import { compose } from '@threadbox/messaging';
import {
  credentialSubject,
  CredentialDeposited,
  depositSubject,
  deriveId,
  eventsSubject,
  streams,
} from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vaultKeys, createVault } from '@threadbox/vault';
import { createAccept } from '../adapters/accept.ts';
import { createCredentialRoute } from '../credential/route.ts';
import { serveHttp } from './serve-http.ts';

const ANA = 'token-of-ana-0123456789-abc';
const BEN = 'token-of-ben-0123456789-abc';
const keys = vaultKeys(randomBytes(32).toString('base64'))!;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let nats: TestNats;
let bus: Bus;
let admin: Bus;
let http: Awaited<ReturnType<typeof serveHttp>>;
beforeAll(async () => {
  nats = await testNats();
  bus = await nats.connect('gateway');
  admin = await nats.connect('admin');
  const world = createWorld({ bus, log, secretKey: undefined });
  const listeners = new Map<string, Listener>();
  for (const { prefix, half, values } of switchedOn(hearingOf(platforms), { WEB_USERS: `ana:${ANA},ben:${BEN}` }))
    listeners.set(prefix, await half.create(values, { ...world, prefix }));
  for (const listener of listeners.values()) await listener.start(createAccept(bus, []));
  http = await serveHttp({ host: '127.0.0.1', port: 0, listeners, credential: createCredentialRoute(bus, keys), log });
});
afterAll(async () => {
  await http.stop();
  await bus.nc.close();
  await admin.nc.close();
  await nats.stop();
});

const call = (path: string, init: RequestInit & { token?: string } = {}): Promise<Response> => {
  const { token = ANA, headers, ...rest } = init;
  return fetch(`http://127.0.0.1:${http.port}${path}`, {
    ...rest,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
      ...(headers as Record<string, string>),
    },
  });
};
const say = (id: string, text: string, more: Parameters<typeof call>[1] = {}) =>
  call('/web/api/threads/t/messages', { method: 'POST', body: JSON.stringify({ id, text }), ...more });
const stored = async (): Promise<number> => (await admin.jsm.streams.info(streams.chat)).state.messages;

describe('a request', () => {
  it('without a token, with a wrong one, or with a forged cookie is refused', async () => {
    const before = await stored();
    expect((await say(randomUUID(), 'x', { token: '' })).status).toBe(401);
    expect((await say(randomUUID(), 'x', { token: 'token-of-nobody-0123456789' })).status).toBe(401);
    const forged = `threadbox=${encodeURIComponent('ana|9999999999|forged')}`;
    expect((await say(randomUUID(), 'x', { token: '', headers: { cookie: forged } })).status).toBe(401);
    expect(await stored()).toBe(before);
  });

  it('that is malformed, too large, of another kind or from another site is refused, and nothing is stored', async () => {
    const before = await stored();
    const post = (body: string, headers: Record<string, string> = {}) =>
      call('/web/api/threads/t/messages', { method: 'POST', body, headers });
    expect((await post('{')).status).toBe(400);
    expect((await post('{"id":"no uuid","text":"x"}')).status).toBe(400);
    expect((await post(JSON.stringify({ id: randomUUID(), text: '  ' }))).status).toBe(400);
    expect((await post(JSON.stringify({ id: randomUUID(), text: 'x'.repeat(600_000) }))).status).toBe(413);
    expect((await post('text', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('{}', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await call('/web/api/threads/..%2Fother/messages', { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await call('/web/api/nothing')).status).toBe(404);
    expect((await call('/telegram/webhook', { method: 'POST', body: '{}' })).status).toBe(404);
    expect(await stored()).toBe(before);
  });

  it('that is good is stored once, however often it is sent', async () => {
    const before = await stored();
    const id = randomUUID();
    for (let times = 0; times < 3; times += 1) expect((await say(id, 'hello')).status).toBe(202);
    expect(await stored()).toBe(before + 1);
  });

  it('is not acknowledged while NATS is gone, and taken once it is back', async () => {
    const id = randomUUID();
    await nats.kill();
    expect((await say(id, 'patience')).status).toBe(503);
    await nats.start();
    let status = 503;
    while (status === 503) ({ status } = await say(id, 'patience'));
    expect(status).toBe(202);
  });
});

describe('logging in', () => {
  it('gives a cookie that scripts cannot read and other sites cannot use', async () => {
    const answer = await call('/web/api/login', { method: 'POST', token: '', body: JSON.stringify({ token: BEN }) });
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const me = await call('/web/api/me', { token: '', headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(await me.json()).toEqual({ user: 'ben' });
  });

  it('has to wait after too many wrong tokens', async () => {
    const attempt = () =>
      call('/web/api/login', { method: 'POST', token: '', body: JSON.stringify({ token: 'guess' }) });
    const answers: number[] = [];
    for (let times = 0; times < 35; times += 1) answers.push((await attempt()).status);
    expect(new Set(answers)).toEqual(new Set([401, 429]));
    expect(answers.at(-1)).toBe(429);
  });
});

describe('the page', () => {
  it('runs nothing from elsewhere, and stands in nobody’s frame', async () => {
    const page = await call('/', { token: '' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });
  it('gives out its own files and no others', async () => {
    for (const path of ['/page/app.js', '/page/style.css', '/page/vendor/marked.js', '/page/vendor/dompurify.js']) {
      expect((await call(path, { token: '' })).status).toBe(200);
    }
    for (const path of ['/page/../settings.ts', '/page/%2e%2e/routes.ts', '/page/constructor'])
      expect((await call(path, { token: '' })).status).toBe(404);
  });
});

describe('events', () => {
  const read = async (
    token: string,
    last: number,
    count: number,
  ): Promise<Array<{ id: number; data: { type: string; text?: string } }>> => {
    const stop = new AbortController();
    const answer = await call('/web/api/events?thread=t', {
      token,
      signal: stop.signal,
      headers: last > 0 ? { 'last-event-id': String(last) } : {},
    });
    const found: Array<{ id: number; data: { type: string; text?: string } }> = [];
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString();
      found.splice(0);
      for (const [, id, data] of text.matchAll(/^id: (\d+)\ndata: (.*)$/gm))
        found.push({ id: Number(id), data: JSON.parse(data ?? '') as { type: string } });
      if (found.length >= count || (count === 0 && text.includes('event: ready'))) break;
    }
    stop.abort();
    return found;
  };

  it('resume where the reader left, without loss and without repetition', async () => {
    await say(randomUUID(), 'first');
    const all = await read(ANA, 0, 4);
    const seen = all.at(-1)?.id ?? 0;
    await say(randomUUID(), 'said while away');
    const [next] = await read(ANA, seen, 1);
    expect(next?.data).toMatchObject({ type: 'message', text: 'said while away' });
  });

  it('are one’s own: another user sees nothing of them', async () => {
    expect(await read(BEN, 0, 0)).toEqual([]);
  });
});

describe('the page for a credential', () => {
  const value = `sk-ant-api03-${randomBytes(60).toString('base64url')}`;
  /** A code, as auth gives it out. */
  const handOut = async (minutes: number): Promise<string> => {
    const code = createCode();
    const { data: _, ...envelope } = compose({ type: 'commit', id: deriveId('test', code), data: {} });
    const expires = new Date(Date.now() + minutes * 60_000).toISOString();
    const events = [{ type: 'credential-requested', principal: 'web:ana', conversation: 'web:ana~1', expires }];
    const aggregate = { type: 'credential', id: codeId(code) };
    await admin.js.publish(
      eventsSubject('credential', codeId(code)),
      JSON.stringify({ ...envelope, aggregate, events }),
    );
    return code;
  };
  const put = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
    call('/credential', { method: 'POST', token: '', body: JSON.stringify(body), headers });
  const vaulted = (code: string) =>
    admin.jsm.direct.getMessage(streams.vault, { last_by_subj: credentialSubject(codeId(code)) });

  it('runs nothing but its own script, and stands in no frame', async () => {
    const page = await call('/credential', { token: '' });
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await page.text()).toContain('type="password"');
  });

  it('puts a key into the vault, encrypted, and tells auth where', async () => {
    const code = await handOut(10);
    expect((await put({ code, value })).status).toBe(200);
    expect((await vaulted(code))?.string()).not.toContain(value.slice(10, 30));
    const vault = createVault(admin, { keys, subjectOf: credentialSubject });
    expect(await vault.read(codeId(code))).toBe(value);
    const told = await admin.jsm.direct.getMessage(streams.chat, { last_by_subj: depositSubject(codeId(code)) });
    const { data } = CredentialDeposited.parse(told?.json());
    expect(data).toEqual({ slot: codeId(code), kind: 'api-key', ending: value.slice(-4) });
    expect(told?.string()).not.toContain(value);
  });

  it('is not good for a code that nobody gave out, nor for one that is too old', async () => {
    for (const code of [createCode(), await handOut(-1), '*', 'x'.repeat(40)]) {
      expect((await put({ code, value })).status).toBe(404);
      expect(await vaulted(code)).toBeNull();
    }
  });

  it('takes no placeholder, nothing from another site, and nothing too large', async () => {
    const code = await handOut(10);
    expect((await put({ code, value: 'sk-ant-api03-your-key-here' })).status).toBe(422);
    expect((await put({ code, value }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await put({ code, value: 'x'.repeat(10_000) })).status).toBe(400);
    expect((await put({ value })).status).toBe(400);
    expect(await vaulted(code)).toBeNull();
  });
});
