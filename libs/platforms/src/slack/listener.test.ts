import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured, Refused } from '../errors.ts';
import type { Incoming, Listener, Sender, World } from '../port.ts';
import { type FakeSlack, startFakeSlack } from '../testing/slack-fake.ts';
import { serveFetch } from '../testing/slack-harness.ts';
import { testWorld } from '../testing/test-world.ts';
import { examineSlack } from './examine.ts';
import { fileOpener } from './files.ts';
import { createSlackListener } from './listener.ts';
import { createSlackSender } from './sender.ts';
import { type SlackSettings, slackSettings } from './settings.ts';

let slack: FakeSlack;
let world: Omit<World, 'bus'>;
let listener: Listener;
let sender: Sender;
let server: Server | undefined;
let settings: SlackSettings;
let accepted: Incoming[];
let refusals = 0;

const start = async (mode: 'http' | 'socket'): Promise<void> => {
  slack = await startFakeSlack({ mode });
  const serving = await serveFetch(() => listener?.fetch);
  server = serving.server;
  slack.deliver(`${serving.url}/slack/events`);
  settings = slackSettings.parse({
    SLACK_APP_ID: slack.app.appId,
    SLACK_BOT_TOKEN: slack.app.botToken,
    SLACK_API_ROOT: slack.api.root,
    PUBLIC_URL: serving.url,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: slack.app.signingSecret } : { SLACK_APP_TOKEN: slack.app.appToken }),
  });
  world = testWorld('slack');
  sender = createSlackSender(settings, world);
  listener = createSlackListener(settings, world);
  accepted = [];
  refusals = 0;
  await listener.start(async (incoming) => {
    if (refusals-- > 0) throw new Error('no log');
    accepted.push(incoming);
  });
};
const received = async (deed: { received: () => boolean }): Promise<void> => {
  await expect.poll(() => deed.received(), { timeout: 5000 }).toBe(true);
};
const conversation = (...rest: string[]): string => ['slack', slack.app.team, ...rest].join(':');

afterEach(async () => {
  await listener.stop();
  await slack.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

describe('by HTTP', () => {
  beforeEach(() => start('http'));

  it('takes a mention once, though Slack tells of it twice', async () => {
    const deed = await slack.say({ channel: slack.channel }, 'look at this', { mention: true });
    await received(deed);
    expect(accepted).toMatchObject([
      {
        kind: 'message',
        text: 'look at this',
        addressed: true,
        place: { conversation: conversation(slack.channel, deed.ts) },
      },
    ]);
    expect((await world.hints.find(conversation(slack.channel, deed.ts)))?.text).toBe(slack.ada.id);
  });

  it('takes a slash command in a channel, and asks for a thread', async () => {
    await received(slack.command(slack.channel, 'start'));
    expect(accepted).toMatchObject([
      { kind: 'command', line: 'start', place: { conversation: conversation(slack.channel), threads: true } },
    ]);
  });

  it('opens a form where a button asks for words, and brings them', async () => {
    const where = conversation(slack.direct);
    const id = await sender.post(where, sender.renderLive('Which branch?', ''), {
      key: 'k',
      buttons: [{ label: 'Other', value: 'branch:other', style: 'secondary', prompt: 'Name the branch' }],
    });
    await received(await slack.press({ channel: slack.direct }, id, 'Other'));
    expect(accepted).toEqual([]);
    await received(slack.answer('main\nplease'));
    expect(accepted).toMatchObject([
      { kind: 'button', value: 'branch:other', text: 'main\nplease', place: { conversation: where, direct: true } },
    ]);
  });

  it('knows the thread of a reaction, also to the message that the thread hangs on', async () => {
    const thread = await sender.openThread!(conversation(slack.channel), { title: 'A session', key: 'root' });
    const [root] = await slack.messages({ channel: slack.channel });
    const id = await sender.post(thread, sender.renderLive('Done', ''), { key: 'k' });
    await received(await slack.react({ channel: slack.channel }, id));
    await received(await slack.react({ channel: slack.channel }, root!.id, 'tada'));
    expect(accepted).toMatchObject([
      { kind: 'reaction', emoji: '👍', place: { conversation: thread } },
      { kind: 'reaction', emoji: '🎉', place: { conversation: thread } },
    ]);
  });

  it('tells of a token that Slack does not know at the start', async () => {
    const wrong = createSlackListener({ ...settings, SLACK_BOT_TOKEN: 'xoxb-another-one-0123456789' }, world);
    await expect(wrong.start(() => Promise.resolve())).rejects.toBeInstanceOf(Misconfigured);
  });

  it('fetches a file from Slack only', async () => {
    const sample = { name: 'a.txt', mediaType: 'text/plain', bytes: new TextEncoder().encode('hello') };
    await received(await slack.say({ channel: slack.direct }, 'look', { file: sample }));
    const files = accepted.flatMap((each) => (each.kind === 'message' ? each.files : []));
    const bytes: Uint8Array[] = [];
    for await (const piece of await files[0]!.open()) bytes.push(piece);
    expect(Buffer.concat(bytes).toString()).toBe('hello');
    const open = fileOpener(settings.SLACK_API_ROOT, () => Promise.resolve('secret'));
    for (const url_private of ['http://127.0.0.1:9/x', 'https://slack.com.evil.example/x', 'http://files.slack.com/x'])
      await expect(open({ id: 'F1', url_private })()).rejects.toBeInstanceOf(Refused);
  });

  it('has nothing to fix', async () => {
    expect((await examineSlack(settings, 'slack')).filter(({ fix }) => fix !== undefined)).toEqual([]);
    const other = await examineSlack(
      { ...settings, SLACK_APP_ID: 'A0OTHERAPP', PUBLIC_URL: 'http://127.0.0.1:9' },
      'slack',
    );
    expect(other.filter(({ fix }) => fix !== undefined).map(({ what }) => what)).toEqual([
      'the app',
      'the address http://127.0.0.1:9/slack/events',
    ]);
    const [token] = await examineSlack({ ...settings, SLACK_BOT_TOKEN: 'xoxb-another-one-0123456789' }, 'slack');
    expect(token).toMatchObject({ what: 'the bot token', fix: expect.stringContaining('does not accept') });
  });
});

describe('by Socket Mode', () => {
  beforeEach(() => start('socket'));

  it('needs no routes', () => {
    expect(listener.fetch).toBeUndefined();
  });

  it('connects again where Slack ends the connection, and misses nothing', async () => {
    slack.drop();
    const deed = await slack.say({ channel: slack.direct }, 'Still there?');
    await received(deed);
    await received(slack.command(slack.direct, 'status'));
    expect(accepted).toMatchObject([{ text: 'Still there?' }, { kind: 'command', line: 'status' }]);
  });

  it('does not give up a command that was not taken in', async () => {
    refusals = 4;
    await received(slack.command(slack.direct, 'stop'));
    expect(accepted).toMatchObject([{ kind: 'command', line: 'stop' }]);
  });

  it('tells of a token that Slack does not know at the start', async () => {
    const wrong = createSlackListener({ ...settings, SLACK_APP_TOKEN: 'xapp-another-one-0123456789' }, world);
    await expect(wrong.start(() => Promise.resolve())).rejects.toThrow('SLACK_APP_TOKEN');
    await wrong.stop();
  });

  it('has nothing to fix', async () => {
    expect((await examineSlack(settings, 'slack')).filter(({ fix }) => fix !== undefined)).toEqual([]);
    const findings = await examineSlack({ ...settings, SLACK_APP_TOKEN: 'xapp-another-one-0123456789' }, 'slack');
    expect(findings.at(-1)).toMatchObject({ what: 'Socket Mode', fix: expect.stringContaining('connections:write') });
  });
});
