import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Listener } from '../port.ts';
import { createTelegramListener } from '../telegram/listener.ts';
import { createTelegramSender } from '../telegram/sender.ts';
import { telegramSettings } from '../telegram/settings.ts';
import { startFakeBotApi } from './fake-bot-api.ts';
import type { Deed, Fault, PlatformHarness } from './platform-harness.ts';
import { testWorld } from './test-world.ts';

/** Serves what `fetch` answers, as the gateway does for Telegram's webhook. */
const serve = async (fetch: () => Listener['fetch']): Promise<Server> => {
  const server = createServer((request, response) => {
    const headers = new Headers(request.headersDistinct as Record<string, string[]> as never);
    const url = `http://${request.headers.host}${request.url}`;
    const init = { method: request.method, headers, body: request as never, duplex: 'half' } as RequestInit;
    const answered = fetch()?.(new Request(url, init)) ?? Promise.resolve(new Response(null, { status: 404 }));
    answered.then(
      ({ status }) => response.writeHead(status).end(),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

const chat = -1001;
const thread = 7;
const person = { id: 42, first_name: 'Ada', last_name: 'Lovelace' };

/** Telegram as the contract suite sees it: both halves against the fake Bot API, a person in a forum topic. */
export const createTelegramHarness = async (mode: 'polling' | 'webhook'): Promise<PlatformHarness> => {
  const api = await startFakeBotApi();
  let listener: Listener | undefined;
  const server = await serve(() => listener?.fetch);
  const settings = telegramSettings.parse({
    TELEGRAM_BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    TELEGRAM_MODE: mode,
    PUBLIC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    TELEGRAM_WEBHOOK_SECRET: 'for_tests_only-0123456789',
  });
  const world = testWorld('telegram');
  const deed = (updateId: number): Promise<Deed> => Promise.resolve({ received: () => api.received(updateId) });
  const inject = (fault: Fault): void => {
    const failure =
      fault.kind === 'rate-limit'
        ? { status: 429, retry_after: fault.retryAfter / 1000 }
        : fault.kind === 'server-error'
          ? { status: 502 }
          : { dropAfter: true };
    // Whichever the next write is.
    api.failNext({ method: ['sendMessage', 'editMessageText', 'sendDocument'], ...failure });
  };
  return {
    createListener: () => (listener = createTelegramListener(settings, world)),
    sender: createTelegramSender(settings),
    place: {
      platform: 'telegram',
      workspace: `telegram:${api.bot.id}`,
      conversation: `telegram:${chat}:${thread}`,
      direct: false,
      author: { id: 'telegram:42', name: 'Ada Lovelace' },
    },
    limit: 4096,
    measure: (text) => text.length,
    person: {
      say: (text, document) => deed(api.say(chat, person, text, { thread, ...(document && { document }) })),
      command: (line) => deed(api.say(chat, person, `/claude@${api.bot.username} ${line}`, { thread })),
      edit: (text) => deed(api.edit(chat, person, api.lastSaid(), text, thread)),
      press: (messageId, label) => deed(api.press(Number(messageId), label, person)),
      redeliver: () => Promise.resolve(api.redeliver()),
    },
    standing: () =>
      Promise.resolve(
        api.messages(chat, thread).map(({ messageId, text, buttons, document }) => ({
          id: String(messageId),
          text,
          buttons: buttons.flat().map((button) => button.text),
          ...(document && { file: document }),
        })),
      ),
    fail: (fault) => Promise.resolve(fault.kind === 'gone' ? api.block(chat) : inject(fault)),
    close: async () => {
      await api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
