import { deriveId } from '@threadbox/schemas';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RateLimited, Uncertain } from '../errors.ts';
import type { Sender, World } from '../port.ts';
import { type FakeSlack, startFakeSlack } from '../testing/slack-fake.ts';
import { testWorld } from '../testing/test-world.ts';
import { createClient } from './client.ts';
import { createSlackSender } from './sender.ts';
import { slackSenderSettings } from './settings.ts';
import { createStreams } from './stream.ts';

let slack: FakeSlack;
let world: Omit<World, 'bus'>;
let sender: Sender;
let at: { channel: string; thread: string };
let thread: string;
const settings = () =>
  slackSenderSettings.parse({
    SLACK_APP_ID: slack.app.appId,
    SLACK_BOT_TOKEN: slack.app.botToken,
    SLACK_API_ROOT: slack.api.root,
  });
const key = deriveId('slack-stream', 1);
const methods = (): string[] => slack.api.calls.map(({ method }) => method).filter((each) => each.startsWith('chat.'));
const begin = (by: Sender = sender, retry = false): Promise<string> =>
  by.post(thread, by.renderLive('', 'Thinking'), { key, live: true, retry });
const live = (id: string, text: string, status = 'Thinking', by: Sender = sender): Promise<void> =>
  by.edit(thread, id, by.renderLive(text, status), { live: { text, status } });

beforeEach(async () => {
  slack = await startFakeSlack();
  world = testWorld('slack');
  sender = createSlackSender(settings(), world);
  const root = await slack.say({ channel: slack.channel }, 'Hello');
  at = { channel: slack.channel, thread: root.ts };
  thread = `slack:${slack.app.team}:${slack.channel}:${root.ts}`;
  await world.hints.leave(thread, slack.ada.id);
});
afterEach(() => slack.close());

describe('a stream', () => {
  it('grows with what is written, and ends in the final text with its buttons', async () => {
    const id = await begin();
    expect(slack.api.streams.get(id)).toMatchObject({ text: '', status: 'Thinking', isOpen: true });
    await live(id, 'One');
    await live(id, 'One, **two');
    await live(id, 'One, **two', 'Running the tests');
    await live(id, 'One, **two', 'Running the tests');
    expect(slack.api.streams.get(id)).toMatchObject({ text: 'One, **two', status: 'Running the tests' });
    await sender.edit(thread, id, sender.render('One, **two**, three.').parts[0]!, {
      buttons: [{ label: 'Yes', value: 'y', style: 'primary' }],
    });
    expect(await slack.messages(at)).toMatchObject([{ id, text: 'One, two, three.', buttons: ['Yes'] }]);
    expect(slack.api.streams.get(id)?.isOpen).toBe(false);
    expect(methods()).toEqual([
      'chat.startStream',
      'chat.appendStream',
      'chat.appendStream',
      'chat.appendStream',
      'chat.stopStream',
      'chat.update',
    ]);
  });

  it('is for whoever spoke last', async () => {
    await begin();
    const { input } = slack.api.calls.find(({ method }) => method === 'chat.startStream')!;
    expect(input).toMatchObject({ recipient_team_id: slack.app.team, recipient_user_id: slack.ada.id });
  });

  it('mentions nobody and holds no address, however it is cut', async () => {
    const id = await begin();
    const whole = 'Ask <@U1> and <!channel> at https://example.org/secret.';
    for (let end = 1; end <= whole.length; end += 1) await live(id, whole.slice(0, end));
    const { text } = slack.api.streams.get(id)!;
    expect(text).toBe('Ask &lt;@U1> and &lt;!channel> at https:\u2060//example.org/secret.');
  });

  it('ends where the text did not merely grow, and the message is edited from then on', async () => {
    const id = await begin();
    await live(id, 'One');
    await live(id, 'Two');
    await live(id, 'Two and three');
    expect(await slack.messages(at)).toMatchObject([{ id, text: 'Two and three\n\nThinking' }]);
    expect(methods().slice(-3)).toEqual(['chat.stopStream', 'chat.update', 'chat.update']);
  });

  it('ends where Slack ended it', async () => {
    const id = await begin();
    slack.api.failNext({ methods: ['chat.appendStream'], error: 'message_not_in_streaming_state' });
    await live(id, 'One');
    expect(await slack.messages(at)).toMatchObject([{ id, text: 'One\n\nThinking' }]);
  });

  it('ends where it was not heard whether it grew, so that nothing is there twice', async () => {
    const id = await begin();
    slack.api.failNext({ methods: ['chat.appendStream'], dropAfter: true });
    await live(id, 'One');
    expect(await slack.messages(at)).toMatchObject([{ id, text: 'One\n\nThinking' }]);
  });

  it('goes on after a rest that Slack asked for', async () => {
    const id = await begin();
    slack.api.failNext({ methods: ['chat.appendStream'], status: 429, retryAfter: 3 });
    await expect(live(id, 'One')).rejects.toEqual(new RateLimited(3000));
    await live(id, 'One, two');
    expect(slack.api.streams.get(id)).toMatchObject({ text: 'One, two', isOpen: true });
  });

  it('ends before it is too long', async () => {
    const id = await begin();
    const text = 'word '.repeat(3000);
    await live(id, text);
    const [message] = await slack.messages(at);
    expect(message?.text).toMatch(/^…[\s\S]+word\s+Thinking$/);
  });

  it('of a process that is gone is ended by the next, which edits the message', async () => {
    const id = await begin();
    const next = createSlackSender(settings(), world);
    await live(id, 'One', 'Thinking', next);
    await next.edit(thread, id, next.render('Done').parts[0]!, {});
    expect(await slack.messages(at)).toMatchObject([{ id, text: 'Done' }]);
  });

  it('that began without our hearing of it is taken for the post', async () => {
    slack.api.failNext({ methods: ['chat.startStream'], dropAfter: true });
    await expect(begin()).rejects.toBeInstanceOf(Uncertain);
    const id = await begin(sender, true);
    await sender.edit(thread, id, sender.render('Done').parts[0]!, {});
    expect(await begin(createSlackSender(settings(), world), true)).toBe(id);
    expect(await slack.messages(at)).toMatchObject([{ id, text: 'Done' }]);
  });

  it('ends by itself before Slack would end it', async () => {
    const streams = createStreams(1);
    const client = createClient(settings(), slack.app.botToken, 1000);
    const where = { team: slack.app.team, ...at, recipient: slack.ada.id };
    const id = await streams.start(client, where, { key, status: '' });
    await vi.waitFor(() => expect(slack.api.streams.get(id!)?.isOpen).toBe(false));
    expect(streams.has(id!)).toBe(false);
    expect(await streams.show(id!, { text: 'late', status: '' })).toBe(false);
  });
});

describe('an ordinary message stands in its place', () => {
  it.each([
    ['has no streams', { error: 'unknown_method' }],
    ['has none for the bot', { error: 'missing_scope' }],
    ['has no more for now', { status: 429, retryAfter: 30 }],
  ])('where Slack %s', async (_, failure) => {
    slack.api.failNext({ methods: ['chat.startStream'], ...failure });
    const id = await begin();
    await live(id, 'One');
    expect(await slack.messages(at)).toMatchObject([{ id, text: 'One\n\nThinking' }]);
  });

  it('where nobody is known who it is for, and outside threads', async () => {
    sender = createSlackSender(settings(), testWorld('slack'));
    await begin();
    thread = `slack:${slack.app.team}:${slack.direct}`;
    await begin();
    expect(methods()).toEqual(['chat.postMessage', 'chat.postMessage']);
  });
});
