/** Two gateways on a real NATS: the page is served by both on one port, a bot is heard by one of them. */
import { randomUUID } from 'node:crypto';
import type { Bus } from '@threadbox/messaging';
import { createWorld, hearingOf, platforms, switchedOn, type Listener } from '@threadbox/platforms';
import { startFakeBotApi, startFakeDiscord, startFakeSlack } from '@threadbox/platforms/testing';
import { MessageReceived, streams } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAccept } from './adapters/accept.ts';
import { hearAlone } from './adapters/hear-alone.ts';
import { serveHttp } from './http/serve-http.ts';

const TOKEN = 'token-of-ana-0123456789-abc';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let nats: TestNats;
let admin: Bus;
beforeAll(async () => {
  nats = await testNats();
  admin = await nats.connect('admin');
});
afterAll(async () => {
  await admin.close();
  await nats.stop();
});
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** What was said in a platform's conversations, in order. */
const said = async (platform: string): Promise<string[]> => {
  const texts: string[] = [];
  const { last_seq: last } = (await admin.jsm.streams.info(streams.chat)).state;
  for (let sequence = 1; sequence <= last; sequence += 1) {
    const stored = await admin.jsm.direct.getMessage(streams.chat, { seq: sequence });
    const [, lane, , of] = stored?.subject.split('.') ?? [];
    if (stored && lane === 'inbound' && of === platform) texts.push(MessageReceived.parse(stored.json()).data.text);
  }
  return texts;
};

/** A platform's fake, how its bot is switched on, and a person who says something. */
type Scene = { env: Record<string, string>; say: (text: string) => unknown; close: () => Promise<void> };
const scenes: Record<string, () => Promise<Scene>> = {
  telegram: async () => {
    const api = await startFakeBotApi();
    const say = (text: string) => api.say(42, { id: 42, first_name: 'Ada' }, text);
    return { env: { TELEGRAM_BOT_TOKEN: api.token, TELEGRAM_API_ROOT: api.url }, say, close: api.close };
  },
  discord: async () => {
    const fake = await startFakeDiscord();
    const say = (text: string) => fake.say(fake.channel, text);
    return { env: { DISCORD_BOT_TOKEN: fake.token, DISCORD_API_ROOT: fake.url }, say, close: fake.close };
  },
  slack: async () => {
    const fake = await startFakeSlack({ mode: 'socket' });
    const { appId, botToken, appToken } = fake.app;
    const env = {
      SLACK_APP_ID: appId,
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      SLACK_API_ROOT: fake.api.root,
    };
    return { env, say: (text) => fake.say({ channel: fake.direct }, text), close: fake.close };
  },
};

describe.each(Object.entries(scenes))('a bot of %s', (platform, open) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await open();
  });
  afterAll(() => scene.close());

  const gateway = async () => {
    const bus = await nats.connect('gateway');
    const world = createWorld({ bus, log, secretKey: undefined });
    const [bot] = switchedOn(hearingOf(platforms.filter(({ name }) => name === platform)), scene.env);
    const create = async (): Promise<Listener> =>
      bot!.half.create(bot!.values, { ...world, prefix: platform, backOff: () => 100 });
    expect((await create()).alone).toBe(true);
    const lease = hearAlone({
      bus,
      prefix: platform,
      create,
      accept: createAccept(bus, [platform]),
      instance: undefined,
      log,
    });
    await lease.settled;
    return { bus, lease };
  };

  it('is heard by one, then by the other, and what is said is taken once and in order', async () => {
    const one = await gateway();
    const other = await gateway();
    expect([one.lease.state(), other.lease.state()]).toEqual(['held', 'standby']);
    await scene.say('first');
    await until(async () => expect(await said(platform)).toEqual(['first']));
    await one.lease.stop();
    await scene.say('between');
    await until(async () => expect(await said(platform)).toEqual(['first', 'between']));
    const third = await gateway();
    // As one that is cut off from NATS, and lives on.
    await other.bus.nc.close();
    await scene.say('after');
    await until(() => expect(third.lease.state()).toBe('held'));
    await until(async () => expect(await said(platform)).toEqual(['first', 'between', 'after']));
    await other.lease.stop();
    await third.lease.stop();
    for (const { bus } of [one, third]) await bus.close();
  });
});

describe('the page', () => {
  const gateway = async (port: number) => {
    const bus = await nats.connect('gateway');
    const world = createWorld({ bus, log, secretKey: undefined });
    const [web] = switchedOn(hearingOf(platforms.filter(({ name }) => name === 'web')), { WEB_USERS: `ana:${TOKEN}` });
    const listener = await web!.half.create(web!.values, { ...world, prefix: 'web' });
    expect(listener.alone).toBeFalsy();
    await listener.start(createAccept(bus, ['web']));
    const listeners = new Map([['web', listener]]);
    const credential = () => Promise.resolve(new Response(null, { status: 404 }));
    const http = await serveHttp({ host: '127.0.0.1', port, shared: true, listeners, credential, log });
    const stop = async (): Promise<void> => {
      await http.refuse();
      await listener.stop();
      await http.stop();
      await bus.close();
    };
    return { port: http.port, stop };
  };
  const call = (port: number, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      // A connection of its own, so that it may reach either.
      headers: { 'content-type': 'application/json', connection: 'close', ...(init.headers as object) },
    });

  it('is served by both on one port, and a login at one is a login at both', async () => {
    const one = await gateway(0);
    const other = await gateway(one.port);
    const login = await call(one.port, '/web/api/login', { method: 'POST', body: JSON.stringify({ token: TOKEN }) });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    for (let times = 0; times < 30; times += 1)
      expect((await call(one.port, '/web/api/me', { headers: { cookie } })).status).toBe(200);
    const body = JSON.stringify({ id: randomUUID(), text: 'once' });
    const path = '/web/api/threads/t/messages';
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(one.port, path, { method: 'POST', body, headers: { cookie } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await said('web')).toEqual(['once']);
    await one.stop();
    for (let times = 0; times < 10; times += 1)
      expect((await call(other.port, '/web/api/me', { headers: { cookie } })).status).toBe(200);
    await other.stop();
  });
});
