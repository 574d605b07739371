import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Misconfigured, Refused } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import type { Incoming, IncomingFile, Listener } from '../port.ts';
import { type FakeBotApi, startFakeBotApi } from '../testing/fake-bot-api.ts';
import { createApi } from './api.ts';
import { fileOpener } from './files.ts';
import { createTelegramListener } from './listener.ts';
import { createTelegramSender } from './sender.ts';
import { telegramSettings } from './settings.ts';

const ada = { id: 42, first_name: 'Ada' };
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

describe('the Telegram listener', () => {
  let api: FakeBotApi;
  let listener: Listener | undefined;
  let log: ReturnType<typeof createLog>;
  const accepted: Incoming[] = [];

  const settings = (more: object = {}): ReturnType<typeof telegramSettings.parse> =>
    telegramSettings.parse({ TELEGRAM_BOT_TOKEN: api.token, TELEGRAM_API_ROOT: api.url, ...more });
  const listen = async (more: object = {}): Promise<void> => {
    listener = createTelegramListener(settings(more), { prefix: 'telegram', log, backOff: () => 5 });
    await listener.start((incoming) => {
      accepted.push(incoming);
      return Promise.resolve();
    });
  };

  beforeEach(async () => {
    api = await startFakeBotApi();
    log = createLog();
    accepted.length = 0;
  });
  afterEach(async () => {
    await listener?.stop();
    listener = undefined;
    await api.close();
  });

  it('says what to do when Telegram does not know the token, and never the token', async () => {
    const wrong = '7000000001:THIS_token_is_not_the_one_of_the_fake';
    const started = listen({ TELEGRAM_BOT_TOKEN: wrong });
    await expect(started).rejects.toSatisfy(
      (error) => error instanceof Misconfigured && error.message.includes('BotFather'),
    );
    expect(log.lines.join('\n')).not.toContain(wrong);
  });

  it('keeps what waits: no call drops pending updates, and what was said before the start is heard', async () => {
    api.say(1, ada, 'Before you were here');
    await listen();
    await eventually(() => expect(accepted).toMatchObject([{ text: 'Before you were here' }]));
    expect(api.calls.filter(({ input }) => input['drop_pending_updates'] === true)).toEqual([]);
  });

  it('asks for the updates that it reads, and for no others', async () => {
    await listen();
    await eventually(() =>
      expect(api.calls.findLast(({ method }) => method === 'getUpdates')?.input).toMatchObject({
        allowed_updates: ['message', 'edited_message', 'callback_query', 'message_reaction'],
      }),
    );
  });

  it('sets the menu from the table of commands', async () => {
    await listen();
    const { input } = api.calls.find(({ method }) => method === 'setMyCommands')!;
    expect(input['commands']).toContainEqual(expect.objectContaining({ command: 'claude_add_user' }));
  });

  it('goes on when Telegram cannot be reached at the start, or breaks on the way', async () => {
    api.failNext({ method: 'getMe', status: 502 });
    api.failNext({ method: 'getUpdates', status: 500 });
    api.failNext({ method: 'getUpdates', dropAfter: true });
    api.failNext({ method: 'getUpdates', status: 429, retry_after: 0 });
    api.say(1, ada, 'Still heard');
    await listen();
    await eventually(() => expect(accepted).toMatchObject([{ text: 'Still heard' }]));
  });

  it('confirms what it accepted when it stops, so that it does not come again', async () => {
    const update = api.say(1, ada, 'Once');
    const stopped = Promise.withResolvers<void>();
    listener = createTelegramListener(settings(), { prefix: 'telegram', log, backOff: () => 5 });
    await listener.start(() => stopped.promise);
    await eventually(() => expect(api.calls.some(({ method }) => method === 'getUpdates')).toBe(true));
    const stopping = listener.stop();
    stopped.resolve();
    await stopping;
    expect(api.received(update)).toBe(true);
  });

  it('lets one conversation wait without holding up another', async () => {
    const gate = Promise.withResolvers<void>();
    api.say(1, ada, 'waits');
    api.say(2, ada, 'goes on');
    const heard: unknown[] = [];
    listener = createTelegramListener(settings(), { prefix: 'telegram', log, backOff: () => 5 });
    await listener.start(async (incoming) => {
      if (incoming.place.conversation === 'telegram:1') await gate.promise;
      heard.push(incoming.kind === 'message' && incoming.text);
    });
    await eventually(() => expect(heard).toEqual(['goes on']));
    gate.resolve();
    await eventually(() => expect(heard).toEqual(['goes on', 'waits']));
  });

  it('answers a pressed button once it is accepted', async () => {
    await listen();
    api.say(1, ada, 'Hello');
    await eventually(() => expect(accepted).toHaveLength(1));
    const sender = createTelegramSender(settings());
    const buttons = [{ label: 'Yes', value: 'yes', style: 'primary' as const }];
    const id = await sender.post('telegram:1', { text: 'Well?' }, { key: 'k', buttons });
    api.press(Number(id), 'Yes', ada);
    await eventually(() => expect(api.calls.map(({ method }) => method)).toContain('answerCallbackQuery'));
    expect(accepted.at(-1)).toMatchObject({ kind: 'button', value: 'yes' });
  });

  it('says in the log when privacy mode keeps messages from it', async () => {
    await listen();
    expect(log.lines.join('\n')).not.toContain('privacy mode');
    await listener?.stop();
    const shy = await startFakeBotApi({ readsAll: false });
    await listen({ TELEGRAM_API_ROOT: shy.url });
    expect(log.lines.join('\n')).toContain('privacy mode');
    await listener?.stop();
    await shy.close();
  });

  it('takes an album in as one message, though its parts come one by one', async () => {
    await listen();
    const parts = ['a', 'b', 'c'].map((name) => ({ name, mediaType: 'text/plain', bytes: new Uint8Array([1]) }));
    api.album(1, ada, 'Three files', parts);
    await eventually(() => expect(accepted).toHaveLength(1));
    expect(accepted).toMatchObject([{ text: 'Three files', files: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }]);
  });

  it('takes in what is changed and liked', async () => {
    await listen();
    api.say(1, ada, 'Helo');
    api.edit(1, ada, api.lastSaid(), 'Hello');
    api.react(1, ada, api.lastSaid(), '🛑');
    await eventually(() => expect(accepted).toHaveLength(3));
    const [said, edited, reaction] = accepted;
    expect(edited).toMatchObject({ kind: 'edit', of: said?.eventId, text: 'Hello' });
    expect(reaction).toMatchObject({ kind: 'reaction', emoji: '🛑', place: { conversation: 'telegram:1' } });
  });

  it('registers the webhook with its secret, and nothing else knows the secret', async () => {
    const secret = 'aB3-dE6_gH9jK2mN5pQ8sT1v';
    await listen({ TELEGRAM_MODE: 'webhook', PUBLIC_URL: 'http://127.0.0.1:9/', TELEGRAM_WEBHOOK_SECRET: secret });
    expect(api.calls.find(({ method }) => method === 'setWebhook')?.input).toMatchObject({
      url: 'http://127.0.0.1:9/telegram/webhook',
      secret_token: secret,
      allowed_updates: ['message', 'edited_message', 'callback_query', 'message_reaction'],
    });
    expect(log.lines.join('\n')).not.toContain(secret);
  });

  it('tells a file that is too large from one that could not be fetched just now', async () => {
    await listen();
    api.say(1, ada, '', { document: { name: 'big', mediaType: 'x/y', bytes: new Uint8Array(21 * 1024 * 1024) } });
    api.say(1, ada, '', { document: { name: 'small', mediaType: 'x/y', bytes: new Uint8Array(10) } });
    await eventually(() => expect(accepted).toHaveLength(2));
    const [big, small] = accepted.flatMap((incoming): readonly IncomingFile[] =>
      incoming.kind === 'message' ? incoming.files : [],
    );
    await expect(big!.open()).rejects.toBeInstanceOf(Refused);
    api.failNext({ method: 'getFile', status: 500 });
    await expect(small!.open()).rejects.not.toBeInstanceOf(Refused);
    api.failNext({ method: 'file', status: 502 });
    await expect(small!.open()).rejects.not.toBeInstanceOf(Refused);
    api.failNext({ method: 'file', status: 404 });
    await expect(small!.open()).rejects.toBeInstanceOf(Refused);
  });

  it('keeps the token out of every error and every line of the log', async () => {
    await listen();
    api.say(1, ada, '', { document: { name: 'f', mediaType: 'x/y', bytes: new Uint8Array(10) } });
    await eventually(() => expect(accepted).toHaveLength(1));
    const sender = createTelegramSender(settings());
    const file = accepted[0]!.kind === 'message' ? accepted[0]!.files[0]! : undefined;
    const errors: unknown[] = [];
    const readAll = async (): Promise<void> => {
      for await (const piece of await file!.open()) expect(piece.byteLength).toBeGreaterThan(0);
    };
    const failing = async (work: () => Promise<unknown>): Promise<void> => {
      await work().catch((error: unknown) => errors.push(error));
    };
    api.failNext({ method: 'sendMessage', dropAfter: true });
    await failing(() => sender.post('telegram:1', { text: 'a' }, { key: 'k' }));
    await failing(() => sender.edit('telegram:1', '12345', { text: 'a' }, {}));
    api.failNext({ method: 'file', dropAfter: true });
    await failing(readAll);
    api.failNext({ method: 'file', status: 500 });
    await failing(readAll);
    const noDownloads = createServer((request, response) => {
      if (request.url?.startsWith('/file/') === true) request.destroy();
      else response.end(JSON.stringify({ ok: true, result: { file_id: 'f', file_unique_id: 'f', file_path: 'f' } }));
    });
    await new Promise<void>((resolve) => noDownloads.listen(0, '127.0.0.1', resolve));
    const { port } = noDownloads.address() as AddressInfo;
    const elsewhere = settings({ TELEGRAM_API_ROOT: `http://127.0.0.1:${port}` });
    await failing(fileOpener(createApi(elsewhere, 10), elsewhere)('f'));
    noDownloads.closeAllConnections();
    noDownloads.close();
    await api.close();
    await failing(() => sender.post('telegram:1', { text: 'a' }, { key: 'k' }));
    await failing(() => sender.edit('telegram:1', '1', { text: 'a' }, {}));
    await failing(() =>
      sender.postFile('telegram:1', { name: 'f', mediaType: 'x/y', bytes: new Uint8Array(1) }, { key: 'k' }),
    );
    await failing(() => file!.open());
    await eventually(() => expect(log.lines.some((line) => line.includes('could not be polled'))).toBe(true));
    expect(errors).toHaveLength(9);
    for (const error of errors) log.error({ err: error }, 'as it would be logged');
    expect(log.lines.join('\n')).not.toContain(api.token.split(':')[1]);
  });
});
