import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Misconfigured, Refused } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import type { Incoming, IncomingFile, Listener } from '../port.ts';
import { type FakeLine, startFakeLine } from '../testing/line-fake.ts';
import { testWorld } from '../testing/test-world.ts';
import { createLineListener } from './listener.ts';
import { lineSettings } from './settings.ts';

const ada = { userId: `U${'4a'.repeat(16)}`, displayName: 'Ada Lovelace' };
const group = `C${'5c'.repeat(16)}`;
const room = `R${'0d'.repeat(16)}`;
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

/** A log that is kept, errors with all that they hold, as a real one writes them. */
const createLog = (): PlatformLog & { lines: string[] } => {
  const lines: string[] = [];
  const deep = (value: unknown): unknown =>
    value instanceof Error
      ? {
          ...Object.fromEntries(Object.entries(value)),
          message: value.message,
          stack: value.stack,
          cause: deep(value.cause),
        }
      : value;
  const write = (fields: object, text: string): void => {
    lines.push(`${text} ${JSON.stringify(fields, (_, value: unknown) => deep(value))}`);
  };
  return { lines, info: write, warn: write, error: write };
};

const readAll = async (file: IncomingFile | undefined): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of await file!.open()) pieces.push(piece);
  return Buffer.concat(pieces);
};

describe('the LINE listener', () => {
  let api: FakeLine;
  let gateway: Server;
  let listener: Listener | undefined;
  let log: ReturnType<typeof createLog>;
  const accepted: Incoming[] = [];

  const listen = async (more: object = {}): Promise<void> => {
    const settings = lineSettings.parse({
      LINE_CHANNEL_ACCESS_TOKEN: api.token,
      LINE_CHANNEL_SECRET: api.secret,
      LINE_API_ROOT: api.url,
      LINE_DATA_ROOT: api.url,
      PUBLIC_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
      ...more,
    });
    listener = createLineListener(settings, { ...testWorld('line'), log });
    await listener.start((incoming) => {
      accepted.push(incoming);
      return Promise.resolve();
    });
  };
  const heard = (count: number): Promise<void> => eventually(() => expect(accepted).toHaveLength(count));
  const files = (): readonly IncomingFile[] => accepted.flatMap((each) => (each.kind === 'message' ? each.files : []));

  beforeEach(async () => {
    api = await startFakeLine();
    log = createLog();
    accepted.length = 0;
    gateway = createServer((request, response) => {
      const url = `http://${request.headers.host}${request.url}`;
      const headers = new Headers(request.headersDistinct as Record<string, string[]> as never);
      const init = { method: request.method, headers, body: request as never, duplex: 'half' } as RequestInit;
      listener!.fetch!(new Request(url, init)).then(
        ({ status }) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await listener?.stop();
    listener = undefined;
    await api.close();
    gateway.closeAllConnections();
    await new Promise((resolve) => gateway.close(resolve));
  });

  it('says what to do when LINE does not know the token, and never the token', async () => {
    const wrong = 'THISisNotTheTokenOfTheFake0123456789abcdefghijklmnop';
    const started = listen({ LINE_CHANNEL_ACCESS_TOKEN: wrong });
    await expect(started).rejects.toBeInstanceOf(Misconfigured);
    await expect(started).rejects.toThrow('LINE Developers Console');
    expect(log.lines.join('\n')).not.toContain(wrong);
  });

  it('tells LINE where to deliver, and says so where nothing will come', async () => {
    await listen();
    const { body } = api.calls.find(({ call }) => call === 'set-endpoint')!;
    expect(body).toEqual({ endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/line\/webhook$/) });
    expect(log.lines.join('\n')).not.toContain('Use webhook');
    await listener!.stop();
    api.setActive(false);
    await listen();
    expect(log.lines.join('\n')).toContain('Use webhook');
  });

  it('hears all the same where the webhook cannot be set by it', async () => {
    api.failNext({ call: 'set-endpoint', status: 400, message: 'Invalid webhook endpoint URL' });
    await listen();
    expect(log.lines.join('\n')).toContain('enter this address in the LINE Developers Console');
    expect(log.lines.join('\n')).toContain('hearing as @threadbox');
  });

  it('goes on when LINE cannot be reached at the start', async () => {
    api.failNext({ call: 'info', drop: true });
    api.failNext({ call: 'info', status: 503 });
    api.say(ada.userId, ada, 'Still heard');
    await listen();
    await heard(1);
    expect(accepted).toMatchObject([{ text: 'Still heard' }]);
  });

  it('stops before it was ever connected', async () => {
    for (let i = 0; i < 1000; i += 1) api.failNext({ call: 'info', status: 503 });
    await listen();
    await listener!.stop();
    expect(
      (
        await listener!.fetch!(
          new Request('http://x/line/webhook', { method: 'POST', headers: { 'x-line-signature': 'x' }, body: '' }),
        )
      ).status,
    ).toBe(401);
  });

  it('asks for names once, where people are, and does without where LINE tells none', async () => {
    await listen();
    api.say(ada.userId, ada, 'one');
    api.say(ada.userId, ada, 'two');
    api.say(group, ada, 'three');
    api.say(room, ada, 'four');
    await heard(4);
    expect(accepted.map(({ place }) => place.author.name)).toEqual(Array.from({ length: 4 }, () => 'Ada Lovelace'));
    expect(api.calls.filter(({ call }) => call === 'profile')).toHaveLength(1);
    expect(api.calls.filter(({ call }) => call === 'member')).toHaveLength(2);
    api.failNext({ call: 'profile', status: 404 });
    const ben = { userId: `U${'be'.repeat(16)}`, displayName: 'Ben' };
    api.say(ben.userId, ben, 'who am I?');
    await heard(5);
    expect(accepted.at(-1)?.place.author).toEqual({ id: `line:${ben.userId}`, name: '…bebebe' });
    api.say(ben.userId, ben, 'and now?');
    await heard(6);
    expect(accepted.at(-1)?.place.author.name).toBe('Ben');
  });

  it('hears a mention in a group, and the first word of a new friend', async () => {
    await listen();
    api.mention(group, ada, 'please look');
    api.follow(ada);
    await heard(2);
    expect(accepted).toMatchObject([
      {
        kind: 'message',
        text: 'please look',
        addressed: true,
        place: { conversation: `line:${group}`, direct: false },
      },
      { kind: 'command', line: 'help', place: { conversation: `line:${ada.userId}`, direct: true } },
    ]);
  });

  it('waits for a recording that LINE still converts, and fetches it whole', async () => {
    await listen();
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    api.say(ada.userId, ada, '', { name: '', mediaType: 'audio/mp4', bytes, kind: 'audio', looks: 3 });
    await heard(1);
    expect((await readAll(files()[0])).equals(bytes)).toBe(true);
    expect(api.calls.filter(({ call }) => call === 'transcoding')).toHaveLength(3);
  });

  it('tells a file that is gone from one that could not be fetched just now', async () => {
    await listen();
    const file = { name: 'a.bin', mediaType: 'x/y', bytes: new Uint8Array(100_000) };
    api.say(ada.userId, ada, '', file);
    api.say(ada.userId, ada, '', { ...file, kind: 'video', fails: true });
    api.say(ada.userId, ada, '', { ...file, kind: 'video', looks: 99 });
    await heard(3);
    const [plain, failed, endless] = files();
    await expect(failed!.open()).rejects.toBeInstanceOf(Refused);
    await expect(endless!.open()).rejects.not.toBeInstanceOf(Refused);
    api.failNext({ call: 'content', status: 410 });
    await expect(plain!.open()).rejects.toBeInstanceOf(Refused);
    for (const failure of [{ status: 500 }, { status: 429 }, { drop: true }, { dropAfter: true }]) {
      api.failNext({ call: 'content', ...failure });
      const error: unknown = await readAll(plain).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(Refused);
    }
    expect(await readAll(plain)).toHaveLength(100_000);
  });

  it('keeps tokens, secrets and what people say out of the log', async () => {
    const spoken = 'my-very-private-words';
    await listen();
    await listener!.stop();
    const failing = createLineListener(
      lineSettings.parse({
        LINE_CHANNEL_ACCESS_TOKEN: api.token,
        LINE_CHANNEL_SECRET: api.secret,
        LINE_API_ROOT: api.url,
        LINE_DATA_ROOT: api.url,
        PUBLIC_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
      }),
      { ...testWorld('line'), log },
    );
    listener = failing;
    let refusals = 2;
    api.failNext({ call: 'profile', dropAfter: true });
    await failing.start((incoming) => {
      accepted.push(incoming);
      return (refusals -= 1) >= 0 ? Promise.reject(new Error('no log')) : Promise.resolve();
    });
    api.event(ada.userId, ada, { type: 'message', mode: 5, message: { type: 'text', id: '1', text: spoken } });
    const delivery = api.say(ada.userId, ada, spoken);
    await eventually(() => expect(api.received(delivery)).toBe(true));
    await fetch(`${api.url}/v2/bot/info`).then((response) => response.body?.cancel());
    expect(log.lines.length).toBeGreaterThan(3);
    for (const hidden of [spoken, api.token, api.secret]) expect(log.lines.join('\n')).not.toContain(hidden);
  });
});
