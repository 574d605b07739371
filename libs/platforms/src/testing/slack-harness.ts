import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Listener } from '../port.ts';
import { createSlackListener } from '../slack/listener.ts';
import { createSlackSender } from '../slack/sender.ts';
import { slackSettings } from '../slack/settings.ts';
import type { Fault, PlatformHarness } from './platform-harness.ts';
import { startFakeSlack } from './slack-fake.ts';
import { testWorld } from './test-world.ts';

/** Serves what `fetch` answers, as the gateway does. */
export const serveFetch = async (fetch: () => Listener['fetch']): Promise<{ server: Server; url: string }> => {
  const server = createServer((request, response) => {
    const headers = new Headers(request.headersDistinct as Record<string, string[]> as never);
    const url = `http://${request.headers.host}${request.url}`;
    const body = request.method === 'GET' ? {} : { body: request as never, duplex: 'half' };
    const init = { method: request.method, headers, ...body } as RequestInit;
    const answered = fetch()?.(new Request(url, init)) ?? Promise.resolve(new Response(null, { status: 404 }));
    answered
      .then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      })
      .catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const writes = ['chat.postMessage', 'chat.update', 'files.completeUploadExternal'];

/**
 * Slack as the contract suite sees it: by HTTP with a person in a channel's thread (who gives commands by mentioning the
 * bot, for there are no slash commands there), or by Socket Mode in a direct message.
 */
export const createSlackHarness = async (mode: 'http' | 'socket'): Promise<PlatformHarness> => {
  const slack = await startFakeSlack({ mode });
  let listener: Listener | undefined;
  const { server, url } = await serveFetch(() => listener?.fetch);
  slack.deliver(`${url}/slack/events`);
  const settings = slackSettings.parse({
    SLACK_APP_ID: slack.app.appId,
    SLACK_BOT_TOKEN: slack.app.botToken,
    SLACK_API_ROOT: slack.api.root,
    PUBLIC_URL: url,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: slack.app.signingSecret } : { SLACK_APP_TOKEN: slack.app.appToken }),
  });
  const world = testWorld('slack');
  const inDirect = mode === 'socket';
  const channel = inDirect ? slack.direct : slack.channel;
  const posted = inDirect
    ? undefined
    : await slack.api.as(slack.app.personToken, 'chat.postMessage', { channel, text: 'A thread' });
  const at = posted ? { channel, thread: String(posted['ts']) } : { channel };
  const inject = (fault: Fault): void =>
    slack.api.failNext({
      methods: writes,
      ...(fault.kind === 'rate-limit'
        ? { status: 429, retryAfter: fault.retryAfter / 1000 }
        : fault.kind === 'server-error'
          ? { status: 502 }
          : { dropAfter: true }),
    });
  return {
    createListener: () => (listener = createSlackListener(settings, world)),
    sender: createSlackSender(settings, world),
    place: {
      platform: 'slack',
      workspace: `slack:${slack.app.team}`,
      conversation: ['slack', slack.app.team, ...Object.values(at)].join(':'),
      direct: inDirect,
      author: { id: `slack:${slack.ada.id}`, name: slack.ada.name },
    },
    limit: 12_000,
    unknownMessage: '1000000000.000001',
    measure: (text) => text.length,
    person: {
      say: (text, file) => slack.say(at, text, file ? { file } : {}),
      command: (line) =>
        inDirect ? Promise.resolve(slack.command(channel, line)) : slack.say(at, `/claude ${line}`, { mention: true }),
      press: (messageId, label) => slack.press(at, messageId, label),
      edit: (text) => slack.edit(text),
      react: (messageId) => slack.react(at, messageId),
      redeliver: () => slack.redeliver(),
    },
    standing: () => slack.messages(at),
    fail: (fault) => Promise.resolve(fault.kind === 'gone' ? slack.api.block(channel) : inject(fault)),
    close: async () => {
      await slack.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
