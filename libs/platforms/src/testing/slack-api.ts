/**
 * Slack's Web API and OAuth for tests, on loopback: the emulator of the npm package `emulate`, and in front of it a
 * fake of ours for what the emulator lacks:
 * - streams, the assistant's status, `apps.connections.open`, and the scopes of a token (`x-oauth-scopes`);
 * - metadata only where it is asked for, and `oldest`, in what is read back;
 * - Slack's refusals of tokens it does not know, of blocks and forms, and of edits while a stream runs;
 * - faults: rate limits, a 5xx, answers that are lost, channels the bot was put out of.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { botScopes } from '../slack/manifest.ts';
import { complaint, formOf } from './slack-checks.ts';
import { createFakeStreams, type Emulated, type FakeStream } from './slack-streams.ts';

/** What is the same in every fake. */
export const fakeSlackApp = {
  appId: 'A0THREADBOX',
  clientId: '1000000001.2000000002',
  clientSecret: '0123456789abcdef0123456789abcdef',
  signingSecret: 'fedcba98765432100123456789abcdef',
  botToken: 'xoxb-1000000001-FAKE-for-tests-only',
  appToken: 'xapp-1-A0THREADBOX-FAKE-for-tests-only',
  /** Of Ada and of Ben. */
  personToken: 'xoxp-1000000001-FAKE-person-for-tests',
  otherToken: 'xoxp-1000000001-FAKE-another-for-tests',
  botUser: 'U0THREADBOX',
  bot: 'B0THREADBOX',
  /** The only team there is. */
  team: 'T000000001',
} as const;

/** How the next call of one of these methods goes wrong, once. */
export type SlackFailure = {
  methods: readonly string[];
  /** Answered with this status; nothing is done. */
  status?: number;
  /** Seconds, with a 429. */
  retryAfter?: number;
  /** Answered with this error of Slack's; nothing is done. */
  error?: string;
  /** Done, and then the connection breaks before the answer. */
  dropAfter?: boolean;
};

/** A call of the bot, as it was made. */
export type SlackCall = { method: string; input: Record<string, unknown> };

/** A running stand-in. */
export type SlackApi = {
  /** What SLACK_API_ROOT is set to. */
  root: string;
  calls: readonly SlackCall[];
  streams: ReadonlyMap<string, FakeStream>;
  /** The assistant's status, by channel and thread. */
  statuses: ReadonlyMap<string, string>;
  failNext: (failure: SlackFailure) => void;
  /** The bot is no longer in this channel. */
  block: (channel: string) => void;
  /** Calls the API as a person would, or as `token`. */
  as: (token: string, method: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;
  /** Where `apps.connections.open` sends to. */
  connectTo: (url: string) => void;
  close: () => Promise<void>;
};

const readAll = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const encode = (input: Record<string, unknown>): string =>
  new URLSearchParams(
    Object.entries(input).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  ).toString();

type Messages = { messages?: Record<string, unknown>[] };

const seed = {
  slack: {
    strict_scopes: true,
    users: [
      { name: 'ada', real_name: 'Ada Lovelace', profile: { display_name: 'Ada Lovelace' } },
      { name: 'ben', real_name: 'Ben Bit', profile: { display_name: 'Ben Bit' } },
    ],
    oauth_apps: [
      {
        app_id: fakeSlackApp.appId,
        client_id: fakeSlackApp.clientId,
        client_secret: fakeSlackApp.clientSecret,
        name: 'Threadbox',
        redirect_uris: [] as string[],
        scopes: botScopes,
        bot_id: fakeSlackApp.bot,
        bot_user_id: fakeSlackApp.botUser,
        bot_name: 'threadbox',
      },
    ],
    tokens: [
      { token: fakeSlackApp.personToken, type: 'user', user: 'ada' },
      { token: fakeSlackApp.otherToken, type: 'user', user: 'ben' },
      {
        token: fakeSlackApp.botToken,
        type: 'bot',
        user_id: fakeSlackApp.botUser,
        bot_id: fakeSlackApp.bot,
        app_id: fakeSlackApp.appId,
        client_id: fakeSlackApp.clientId,
        scopes: botScopes,
      },
    ],
  },
};

/** Starts a stand-in on free ports of loopback. `redirects`: where OAuth may send people back to. */
export const startSlackApi = async (redirects: readonly string[] = []): Promise<SlackApi> => {
  const calls: SlackCall[] = [];
  const failures: SlackFailure[] = [];
  const blocked = new Set<string>();
  const statuses = new Map<string, string>();
  /** To the emulator, a token that it does not know is the administrator's. */
  const tokens = new Set<string>([
    fakeSlackApp.botToken,
    fakeSlackApp.personToken,
    fakeSlackApp.otherToken,
    fakeSlackApp.appToken,
  ]);
  const { streams, methods } = createFakeStreams();
  let socketUrl = '';
  let emulator: { url: string; close: () => Promise<void> } | undefined;
  let inner = '';

  const root = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const call = async (token: string, method: string, input: Record<string, unknown>) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${inner}/api/${method}`, { method: 'POST', headers, body: encode(input) });
    // The emulator's own addresses (of uploads and files) are ours, so that everything passes here.
    return JSON.parse((await response.text()).replaceAll(inner, root())) as Record<string, unknown>;
  };

  const readBack = async (method: string, input: Record<string, unknown>, emulated: Emulated) => {
    const answer = (await emulated(method, input)) as Record<string, unknown> & Messages;
    const messages = answer.messages
      ?.filter(({ ts }) => Number(ts) >= Number(input['oldest'] ?? 0))
      .map(({ metadata, ...message }) => {
        const stream = streams.get(String(message['ts']));
        return {
          ...message,
          ...(input['include_all_metadata'] === 'true' && metadata !== undefined && { metadata }),
          ...(stream && { streaming_state: stream.isOpen ? 'in_progress' : 'completed' }),
        };
      });
    return { ...answer, ...(messages && { messages }) };
  };

  const run = async (method: string, input: Record<string, unknown>, emulated: Emulated, token: string) => {
    if (Object.hasOwn(methods, method)) return methods[method as keyof typeof methods](input, emulated);
    if (method === 'conversations.replies' || method === 'conversations.history')
      return readBack(method, input, emulated);
    if (method === 'assistant.threads.setStatus') {
      statuses.set(`${String(input['channel_id'])}:${String(input['thread_ts'])}`, String(input['status']));
      return { ok: true };
    }
    if (method === 'apps.connections.open')
      return token === fakeSlackApp.appToken ? { ok: true, url: socketUrl } : { ok: false, error: 'invalid_auth' };
    if (method === 'views.open' && !formOf(input['view'])) return { ok: false, error: 'invalid_arguments' };
    if (method === 'chat.update' && streams.get(String(input['ts']))?.isOpen)
      return { ok: false, error: 'streaming_state_conflict' };
    const problem = method.startsWith('chat.') ? complaint(input) : undefined;
    return problem === undefined ? emulated(method, input) : { ok: false, error: problem };
  };

  const answerCall = async (method: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const input = Object.fromEntries(new URLSearchParams((await readAll(request)).toString('utf8')));
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const isBot = token !== fakeSlackApp.personToken && token !== fakeSlackApp.otherToken;
    if (isBot) calls.push({ method, input });
    const found = isBot ? failures.findIndex((each) => each.methods.includes(method)) : -1;
    const failure = found < 0 ? undefined : failures.splice(found, 1)[0];
    const send = (status: number, body: object, more: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
    };
    if (failure?.status === 429)
      return send(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(failure.retryAfter ?? 1) });
    if (failure?.status !== undefined) return send(failure.status, {});
    if (failure?.error !== undefined) return send(200, { ok: false, error: failure.error });
    if (!tokens.has(token)) return send(200, { ok: false, error: 'invalid_auth' });
    const channel = input['channel'] ?? input['channel_id'] ?? '';
    if (isBot && blocked.has(channel)) return send(200, { ok: false, error: 'channel_not_found' });
    const answer = await run(method, input, (name, values) => call(token, name, values), token);
    if (failure?.dropAfter === true) return void response.destroy();
    send(200, answer, { 'x-oauth-scopes': botScopes.join(',') });
  };

  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { authorization, 'content-type': type } = request.headers;
    const headers = { ...(authorization && { authorization }), ...(type && { 'content-type': type }) };
    const isRead = request.method === 'GET';
    const body = isRead ? {} : { body: new Uint8Array(await readAll(request)) };
    const init = { method: request.method ?? 'GET', headers, redirect: 'manual' as const, ...body };
    const answer = await fetch(`${inner}${request.url}`, init);
    const location = answer.headers.get('location');
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'text/plain',
      ...(location !== null && { location }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const issued = /"access_token":"(xoxb-[\w-]+)"/.exec(bytes.toString('latin1'))?.[1];
    if (issued !== undefined) tokens.add(issued);
    response.end(bytes);
  };

  const server = createServer((request, response) => {
    const method = /^\/api\/([\w.]+)$/.exec(request.url ?? '')?.[1];
    // What has a client's secret instead of a token goes through as it is.
    const isPlain = method === undefined || method === 'oauth.v2.access';
    (isPlain ? forward(request, response) : answerCall(method, request, response)).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [app] = seed.slack.oauth_apps;
  const apps = [{ ...app!, redirect_uris: redirects }];
  emulator = await createEmulator({ service: 'slack', port: 0, seed: { slack: { ...seed.slack, oauth_apps: apps } } });
  inner = emulator.url;
  return {
    root: `${root()}/api/`,
    calls,
    streams,
    statuses,
    failNext: (failure) => void failures.push(failure),
    block: (channel) => void blocked.add(channel),
    as: call,
    connectTo: (url) => void (socketUrl = url),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await emulator?.close();
    },
  };
};
