import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incoming, Listener } from '../port.ts';
import { fakeSlackApp, startSlackApi, type SlackApi } from '../testing/slack-api.ts';
import { signedRequest, type Told } from '../testing/slack-delivery.ts';
import { testWorld } from '../testing/test-world.ts';
import { createSlackListener } from './listener.ts';
import { slackSettings } from './settings.ts';

const { appId, botToken, signingSecret, team } = fakeSlackApp;
const told = (event: object = {}): Told => ({
  kind: 'events_api',
  payload: {
    type: 'event_callback',
    team_id: team,
    api_app_id: appId,
    event: { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text: 'Hi', ts: '1.000001', ...event },
  },
});

let api: SlackApi;
let listener: Listener;
let accepted: Incoming[];
let refusals = 0;

const send = async (
  { body, headers }: { body: string | ReadableStream; headers: Record<string, string> },
  { path = '/slack/events', method = 'POST' } = {},
): Promise<Response> =>
  listener.fetch!(
    new Request(`http://localhost${path}`, { method, headers, ...(method === 'POST' && { body, duplex: 'half' }) }),
  );
const signed = (more: { secret?: string; at?: number; event?: object } = {}) =>
  signedRequest(told(more.event), more.secret ?? signingSecret, more.at === undefined ? {} : { at: more.at });

beforeEach(async () => {
  api = await startSlackApi();
  accepted = [];
  refusals = 0;
  const settings = slackSettings.parse({
    SLACK_APP_ID: appId,
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_ROOT: api.root,
    PUBLIC_URL: 'http://localhost',
  });
  listener = createSlackListener(settings, testWorld('slack'));
  await listener.start((incoming) => {
    if (refusals-- > 0) return Promise.reject(new Error('no log'));
    accepted.push(incoming);
    return Promise.resolve();
  });
});
afterEach(async () => {
  await listener.stop();
  await api.close();
});

describe('a request of Slack’s', () => {
  it('is answered 200 once it is accepted', async () => {
    expect((await send(signed())).status).toBe(200);
    expect(accepted).toMatchObject([{ kind: 'message', text: 'Hi' }]);
  });

  it('is answered with its challenge where the address is checked', async () => {
    const check: Told = { kind: 'events_api', payload: { type: 'url_verification', challenge: '3eZbrw1a' } };
    const answer = await send(signedRequest(check, signingSecret));
    expect(await answer.json()).toEqual({ challenge: '3eZbrw1a' });
  });

  it.each([
    ['of another secret', () => signed({ secret: '0'.repeat(32) })],
    ['six minutes old', () => signed({ at: Math.floor(Date.now() / 1000) - 360 })],
    ['six minutes ahead', () => signed({ at: Math.floor(Date.now() / 1000) + 360 })],
    ['that was tampered with', () => ({ ...signed(), body: signed().body.replace('Hi', 'Ho') })],
    ['without a signature', () => ({ ...signed(), headers: { ...signed().headers, 'x-slack-signature': '' } })],
    ['without a time', () => ({ ...signed(), headers: { ...signed().headers, 'x-slack-request-timestamp': '' } })],
    [
      'of another version',
      () => ({
        ...signed(),
        headers: {
          ...signed().headers,
          'x-slack-signature': signed().headers['x-slack-signature']!.replace('v0', 'v1'),
        },
      }),
    ],
    ['with nothing of the kind', () => ({ body: signed().body, headers: {} })],
  ])('%s is turned away', async (_, request) => {
    expect((await send(request())).status).toBe(401);
    expect(accepted).toEqual([]);
  });

  it('is answered 413 over 1 MiB, whether it says its size or not', async () => {
    const { body, headers } = signed({ event: { text: 'x'.repeat(1024 * 1024) } });
    expect((await send({ body, headers })).status).toBe(413);
    expect((await send({ body: new Blob([body]).stream(), headers })).status).toBe(413);
  });

  it('is answered 400 where it is no payload', async () => {
    for (const body of ['', '{', '[]', 'null']) {
      const bare: Told = { kind: 'events_api', payload: {} };
      const at = Math.floor(Date.now() / 1000);
      const signature = createHmac('sha256', signingSecret).update(`v0:${at}:${body}`).digest('hex');
      const { headers } = signedRequest(bare, signingSecret, { at });
      expect((await send({ body, headers: { ...headers, 'x-slack-signature': `v0=${signature}` } })).status).toBe(400);
    }
  });

  it('is answered 503 where it was not accepted, and taken the next time', async () => {
    refusals = 1;
    const request = signed();
    expect((await send(request)).status).toBe(503);
    expect((await send(request)).status).toBe(200);
    expect(accepted).toHaveLength(1);
  });

  it('that is sent again, byte for byte, is answered and not done again', async () => {
    const slash: Told = {
      kind: 'slash_commands',
      payload: {
        team_id: team,
        command: '/claude',
        channel_id: 'D1',
        user_id: 'U1',
        text: 'stop',
        trigger_id: '1.2',
      },
    };
    const request = signedRequest(slash, signingSecret);
    for (let times = 0; times < 3; times += 1) expect((await send(request)).status).toBe(200);
    expect(accepted).toMatchObject([{ kind: 'command', line: 'stop' }]);
  });

  it('is answered 200 where it says nothing to us, so that it does not come again', async () => {
    expect((await send(signed({ event: { type: 'channel_rename' } }))).status).toBe(200);
    expect((await send(signed({ event: { subtype: 'message_deleted', user: undefined } }))).status).toBe(200);
    expect(accepted).toEqual([]);
  });

  it('is answered 404 and 405 elsewhere, and 503 once nobody listens', async () => {
    expect((await send(signed(), { path: '/slack/other' })).status).toBe(404);
    expect((await send(signed(), { method: 'GET' })).status).toBe(405);
    await listener.stop();
    expect((await send(signed())).status).toBe(503);
  });
});

describe('what a person waits for', () => {
  it('is tried again at once, for Slack does not', async () => {
    refusals = 2;
    const payload = {
      team_id: team,
      command: '/claude',
      channel_id: 'C1',
      user_id: 'U1',
      text: 'start',
      trigger_id: '1.3',
    };
    const answer = await send(signedRequest({ kind: 'slash_commands', payload }, signingSecret));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(accepted).toMatchObject([{ kind: 'command', line: 'start', place: { threads: true } }]);
  });
});
