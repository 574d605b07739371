import { deriveId } from '@threadbox/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured, Refused, Uncertain } from '../errors.ts';
import type { OutgoingFile, Sender, World } from '../port.ts';
import { type FakeSlack, startFakeSlack } from '../testing/slack-fake.ts';
import { testWorld } from '../testing/test-world.ts';
import { createSlackSender } from './sender.ts';
import { slackSenderSettings } from './settings.ts';

let slack: FakeSlack;
let world: Omit<World, 'bus'>;
let sender: Sender;
/** The sender of a process that knows nothing of the one before. */
const createSender = (token: string | undefined = slack.app.botToken): Sender =>
  createSlackSender(
    slackSenderSettings.parse({
      SLACK_APP_ID: slack.app.appId,
      SLACK_API_ROOT: slack.api.root,
      ...(token !== undefined && { SLACK_BOT_TOKEN: token }),
    }),
    world,
  );
const key = (n: number): string => deriveId('slack-sender', n);
const callsOf = (method: string) => slack.api.calls.filter((call) => call.method === method).map(({ input }) => input);
const text = (words: string) => sender.render(words).parts[0]!;
const conversation = (...rest: string[]): string => ['slack', slack.app.team, ...rest].join(':');

beforeEach(async () => {
  slack = await startFakeSlack();
  world = testWorld('slack');
  sender = createSender();
});
afterEach(() => slack.close());

describe('a post', () => {
  it('has no previews, mentions nobody, and bears its key', async () => {
    await sender.post(conversation(slack.channel), text('All <!channel> see https://example.org'), { key: key(1) });
    const [sent] = callsOf('chat.postMessage');
    expect(sent).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false', parse: 'none', link_names: 'false' });
    expect(JSON.parse(String(sent!['metadata']))).toEqual({ event_type: 'threadbox', event_payload: { key: key(1) } });
    expect(sent!['text']).toBe('All &lt;!channel&gt; see [https://example.org](https://example.org)');
  });

  it.each([
    ['in a channel', () => conversation(slack.channel)],
    ['in a direct message', () => conversation(slack.direct)],
  ])('whose answer was lost is found again %s', async (_, where) => {
    slack.api.failNext({ methods: ['chat.postMessage'], dropAfter: true });
    const lost = sender.post(where(), text('once'), { key: key(1) });
    await expect(lost).rejects.toBeInstanceOf(Uncertain);
    const id = await createSender().post(where(), text('once'), { key: key(1), retry: true });
    expect(await createSender().post(where(), text('other'), { key: key(2), retry: true })).not.toBe(id);
    expect(callsOf('chat.postMessage')).toHaveLength(2);
  });

  it('shows any number of buttons, five in a row', async () => {
    const buttons = Array.from(
      { length: 25 },
      (_, i) => ({ label: `B${i}`, value: `v:${i}`, style: 'secondary' }) as const,
    );
    await sender.post(conversation(slack.channel), text('Which?'), { key: key(1), buttons });
    const [message] = await slack.messages({ channel: slack.channel });
    expect(message?.buttons).toEqual(buttons.map(({ label }) => label));
    const [, ...rows] = JSON.parse(String(callsOf('chat.postMessage')[0]!['blocks'])) as { elements: unknown[] }[];
    expect(rows.map(({ elements }) => elements.length)).toEqual([5, 5, 5, 5, 5]);
  });

  it.each(['is_archived', 'not_in_channel', 'restricted_action'])('is refused where Slack says %s', async (error) => {
    slack.api.failNext({ methods: ['chat.postMessage'], error });
    await expect(sender.post(conversation(slack.channel), text('a'), { key: key(1) })).rejects.toEqual(
      new Refused(error),
    );
  });

  it('says what to do about a token that Slack does not know', async () => {
    const post = createSender('xoxb-another-one-0123456789').post(conversation(slack.channel), text('a'), {
      key: key(1),
    });
    await expect(post).rejects.toBeInstanceOf(Misconfigured);
  });
});

describe('several teams', () => {
  it('have their tokens in the vault', async () => {
    const several = createSlackSender(
      slackSenderSettings.parse({ SLACK_APP_ID: slack.app.appId, SLACK_API_ROOT: slack.api.root }),
      world,
    );
    const post = () => several.post(conversation(slack.channel), text('a'), { key: key(1) });
    await expect(post()).rejects.toBeInstanceOf(Refused);
    await world.vault!.write(`slack/${slack.app.team}`, slack.app.botToken);
    expect(await post()).toMatch(/^\d+\.\d+$/);
  });

  it('need a vault', () => {
    const settings = slackSenderSettings.parse({ SLACK_APP_ID: slack.app.appId, SLACK_API_ROOT: slack.api.root });
    expect(() => createSlackSender(settings, { ...world, vault: undefined })).toThrow(Misconfigured);
  });
});

describe('a thread', () => {
  it('is opened once, by a message that says what it is about', async () => {
    slack.api.failNext({ methods: ['chat.postMessage'], dropAfter: true });
    const options = { title: 'Fix the *build*', key: key(1) };
    await expect(sender.openThread!(conversation(slack.channel), options)).rejects.toBeInstanceOf(Uncertain);
    const thread = await createSender().openThread!(conversation(slack.channel), { ...options, retry: true });
    const [root] = await slack.messages({ channel: slack.channel });
    expect(thread).toBe(conversation(slack.channel, root!.id));
    await sender.post(thread, text('in it'), { key: key(2) });
    expect(await slack.messages({ channel: slack.channel, thread: root!.id })).toMatchObject([root, { text: 'in it' }]);
  });

  it('is opened in a public channel that the bot has to join first', async () => {
    slack.api.failNext({ methods: ['chat.postMessage'], error: 'not_in_channel' });
    await sender.openThread!(conversation(slack.channel), { title: 'Here', key: key(1) });
    expect(callsOf('conversations.join')).toEqual([{ channel: slack.channel }]);
    expect(await slack.messages({ channel: slack.channel })).toHaveLength(1);
  });
});

describe('a file', () => {
  const file: OutgoingFile = { name: 'a.txt', mediaType: 'text/plain', bytes: new TextEncoder().encode('hello') };
  const post = (by: Sender, retry: boolean): Promise<string> =>
    by.postFile(conversation(slack.channel), file, { key: key(1), retry });

  it('whose answer was lost is found again, by whoever asks', async () => {
    slack.api.failNext({ methods: ['files.completeUploadExternal'], dropAfter: true });
    await expect(post(sender, false)).rejects.toBeInstanceOf(Uncertain);
    const id = await post(sender, true);
    expect(await post(createSender(), true)).toBe(id);
    expect(await slack.messages({ channel: slack.channel })).toMatchObject([{ id, file: { name: 'a.txt' } }]);
  });

  it('goes nowhere but to Slack', async () => {
    const elsewhere = createSlackSender(
      slackSenderSettings.parse({
        SLACK_APP_ID: slack.app.appId,
        SLACK_BOT_TOKEN: slack.app.botToken,
        SLACK_API_ROOT: slack.api.root.replace('127.0.0.1', 'localhost'),
      }),
      world,
    );
    await expect(post(elsewhere, false)).rejects.toThrow('no address of its own');
  });
});

describe('the assistant’s threads', () => {
  it('show that something is being written, and that it is over', async () => {
    const root = await slack.say({ channel: slack.direct }, 'Hello');
    const thread = conversation(slack.direct, root.ts);
    await sender.typing(thread);
    expect([...slack.api.statuses]).toEqual([[`${slack.direct}:${root.ts}`, 'is thinking…']]);
    await sender.close(thread, undefined);
    expect([...slack.api.statuses.values()]).toEqual(['']);
    await sender.typing(conversation(slack.direct));
    await sender.typing(conversation(slack.channel, root.ts));
    expect(callsOf('assistant.threads.setStatus')).toHaveLength(2);
  });
});
