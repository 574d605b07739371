import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLineListener } from '../line/listener.ts';
import { createLineSender } from '../line/sender.ts';
import { lineSenderSettings, lineSettings } from '../line/settings.ts';
import type { Listener, World } from '../port.ts';
import type { LineBotMessage } from './line-chats.ts';
import { startFakeLine } from './line-fake.ts';
import type { Deed, Fault, PlatformHarness, StandingMessage } from './platform-harness.ts';
import { testWorld } from './test-world.ts';

/** Serves what `fetch` answers, as the gateway does for LINE's webhook. */
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

const person = { userId: `U${'4a'.repeat(16)}`, displayName: 'Ada Lovelace' };
const chats = { person: person.userId, group: `C${'5c'.repeat(16)}` } as const;

/** A message as people see it; a link to the shelf counts as the file that is there. */
const seen = async (
  { id, text, buttons, links }: LineBotMessage,
  { shelf }: Pick<World, 'shelf'>,
): Promise<StandingMessage> => {
  const tokens = links.flatMap((link) => /\/shelf\/([\w-]{43})\//.exec(link)?.[1] ?? []);
  const file = tokens[0] === undefined ? undefined : await shelf.get(tokens[0]);
  return { id, text, buttons: buttons.map(({ label }) => label), ...(file && { file }) };
};

/** LINE as the contract suite sees it: both halves against the fake, a person alone with the bot or in a group. */
export const createLineHarness = async (where: keyof typeof chats): Promise<PlatformHarness> => {
  const api = await startFakeLine();
  let listener: Listener | undefined;
  const server = await serve(() => listener?.fetch);
  const environment = {
    LINE_CHANNEL_ACCESS_TOKEN: api.token,
    LINE_CHANNEL_SECRET: api.secret,
    LINE_API_ROOT: api.url,
    LINE_DATA_ROOT: api.url,
    PUBLIC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const world = testWorld('line');
  const chat = chats[where];
  const deed = (delivery: number): Promise<Deed> => Promise.resolve({ received: () => api.received(delivery) });
  const inject = (fault: Fault): void => {
    // Whichever the next write is.
    const call = ['reply', 'push'];
    if (fault.kind === 'rate-limit') api.failNext({ call, status: 429, retryAfter: fault.retryAfter / 1000 });
    else api.failNext(fault.kind === 'server-error' ? { call, status: 502 } : { call, dropAfter: true });
  };
  return {
    createListener: () => (listener = createLineListener(lineSettings.parse(environment), world)),
    sender: createLineSender(lineSenderSettings.parse(environment), world),
    place: {
      platform: 'line',
      workspace: `line:${api.bot.userId}`,
      conversation: `line:${chat}`,
      direct: where === 'person',
      author: { id: `line:${person.userId}`, name: person.displayName },
    },
    limit: 5000,
    measure: (text) => text.length,
    person: {
      say: (text, file) => deed(api.say(chat, person, text, file)),
      command: (line) => deed(api.command(chat, person, line)),
      press: (messageId, label) => deed(api.press(messageId, label, person)),
      redeliver: () => Promise.resolve(api.redeliver()),
    },
    standing: () => Promise.all(api.messages(chat).map((message) => seen(message, world))),
    fail: (fault) => Promise.resolve(fault.kind === 'gone' ? api.remove(chat) : inject(fault)),
    close: async () => {
      await api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
