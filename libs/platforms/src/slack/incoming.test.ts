import { describe, expect, it } from 'vitest';
import { Refused } from '../errors.ts';
import type { Incoming } from '../port.ts';
import { BlockActions, ChangeEvent, MessageEvent, ReactionEvent, SlashCommand, ViewSubmission } from './event.ts';
import { type Hearing, ofChange, ofCommand, ofMessage, ofPress, ofReaction } from './incoming.ts';
import { formFor, ofForm } from './modal.ts';

const hearing: Hearing = {
  prefix: 'slack-two',
  team: 'T1',
  bot: 'U9',
  nameOf: (_, user) => Promise.resolve(user === 'U1' ? 'Ada' : undefined),
  open: () => () => Promise.reject(new Refused('no files here')),
};

/** As in Slack's documentation of the event `message`. */
const message = {
  type: 'message',
  channel: 'C1',
  channel_type: 'channel',
  user: 'U1',
  text: 'Hello world',
  ts: '1355517523.000005',
  event_ts: '1355517523.000005',
  client_msg_id: '7e0c1a2c-2b1a-4d0f-8c37-000000000000',
  blocks: [{ type: 'rich_text', elements: [] }],
};
const hear = (event: object): Promise<Incoming | undefined> =>
  ofMessage(MessageEvent.parse({ ...message, ...event }), hearing);

describe('a message', () => {
  it('in a channel is of the channel, and not meant for the bot', async () => {
    expect(await hear({})).toEqual({
      eventId: 'slack-two:T1:C1:1355517523.000005',
      kind: 'message',
      text: 'Hello world',
      files: [],
      place: {
        platform: 'slack',
        workspace: 'slack:T1',
        conversation: 'slack-two:T1:C1',
        direct: false,
        author: { id: 'slack:U1', name: 'Ada' },
      },
    });
  });

  it('that mentions the bot begins a thread, however Slack tells of it', async () => {
    const said = { text: '<@U9> look at <@U1>' };
    const once = await hear(said);
    expect(once).toMatchObject({
      text: 'look at @Ada',
      addressed: true,
      place: { conversation: 'slack-two:T1:C1:1355517523.000005', direct: false },
    });
    expect(await hear({ ...said, type: 'app_mention', channel_type: undefined })).toEqual(once);
  });

  it('in a thread is of the thread', async () => {
    expect(await hear({ thread_ts: '1355517000.000001' })).toMatchObject({
      place: { conversation: 'slack-two:T1:C1:1355517000.000001' },
    });
    const broadcast = { thread_ts: '1355517000.000001', subtype: 'thread_broadcast', text: '<@U9> now' };
    expect(await hear(broadcast)).toMatchObject({
      addressed: true,
      place: { conversation: 'slack-two:T1:C1:1355517000.000001' },
    });
  });

  it('to the bot alone is direct, in the assistant’s threads too', async () => {
    expect(await hear({ channel: 'D1', channel_type: 'im' })).toMatchObject({
      place: { conversation: 'slack-two:T1:D1', direct: true },
    });
    expect(await hear({ channel: 'D1', channel_type: 'im', thread_ts: '1.000001' })).toMatchObject({
      place: { conversation: 'slack-two:T1:D1:1.000001', direct: true },
    });
  });

  it('with a mention and a command is that command: threads have no slash commands', async () => {
    expect(await hear({ thread_ts: '1.000001', text: '<@U9> /claude add user <@U2>' })).toMatchObject({
      kind: 'command',
      line: 'add user slack:U2',
      place: { conversation: 'slack-two:T1:C1:1.000001' },
    });
    expect(await hear({ text: ' <@U9> ' })).toMatchObject({ kind: 'command', line: 'help' });
  });

  it('brings its files, with names that are safe', async () => {
    const files = [
      {
        id: 'F1',
        name: 'a/b\n.txt',
        mimetype: 'text/plain',
        size: 3,
        mode: 'hosted',
        url_private: 'https://files.slack.com/a',
      },
      { id: 'F2', mode: 'tombstone' },
      { id: 'F3', name: null },
    ];
    const heard = await hear({ subtype: 'file_share', text: '', files });
    expect(heard).toMatchObject({
      text: '',
      files: [
        { name: 'a_b_.txt', mediaType: 'text/plain', size: 3 },
        { name: 'file-F3', mediaType: 'application/octet-stream', size: undefined },
      ],
    });
  });

  it.each([
    [{ user: 'U9' }],
    [{ bot_id: 'B1' }],
    [{ subtype: 'bot_message', user: undefined }],
    [{ subtype: 'channel_join' }],
    [{ subtype: 'message_deleted' }],
    [{ user: 'USLACKBOT' }],
    [{ text: '' }],
    [{ text: null }],
  ])('is none where %j', async (event) => {
    expect(await hear(event)).toBeUndefined();
  });
});

describe('a change', () => {
  const change = (now: object, before: object = {}): Promise<Incoming | undefined> =>
    ofChange(
      ChangeEvent.parse({
        type: 'message',
        subtype: 'message_changed',
        channel: 'C1',
        ts: '1358878755.000001',
        message: { ...message, edited: { user: 'U1', ts: '1358878755.000000' }, ...now },
        previous_message: { ...message, ...before },
      }),
      hearing,
    );

  it('names the message it is of, and stays in its thread', async () => {
    expect(await change({ text: '<@U9> stop', thread_ts: '1.000001' })).toMatchObject({
      kind: 'edit',
      eventId: 'slack-two:T1:C1:1355517523.000005:edit:1358878755.000000',
      of: 'slack-two:T1:C1:1355517523.000005',
      text: 'stop',
      place: { conversation: 'slack-two:T1:C1:1.000001' },
    });
  });

  it('of a mention is in the thread that the mention began', async () => {
    expect(await change({ text: '<@U9> b' }, { text: '<@U9> a' })).toMatchObject({
      place: { conversation: 'slack-two:T1:C1:1355517523.000005' },
    });
  });

  it('is none where the words stay, a preview was added, or a bot made it', async () => {
    expect(await change({})).toBeUndefined();
    expect(await change({ text: 'x', edited: undefined })).toBeUndefined();
    expect(await change({ text: 'x', bot_id: 'B1' })).toBeUndefined();
  });
});

describe('a reaction', () => {
  const react = (event: object): Promise<Incoming | undefined> =>
    ofReaction(
      ReactionEvent.parse({
        type: 'reaction_added',
        user: 'U1',
        reaction: '+1::skin-tone-3',
        item_user: 'U9',
        item: { type: 'message', channel: 'C1', ts: '2.000002' },
        event_ts: '3.000003',
        ...event,
      }),
      hearing,
      () => Promise.resolve('1.000001'),
    );

  it('to a message of the bot’s is a character, in the message’s thread', async () => {
    expect(await react({})).toMatchObject({
      kind: 'reaction',
      emoji: '👍',
      place: { conversation: 'slack-two:T1:C1:1.000001' },
    });
    expect(await react({ reaction: 'our_logo' })).toMatchObject({ emoji: 'our_logo' });
  });

  it('is none where the message is not the bot’s, or no message', async () => {
    expect(await react({ item_user: 'U1' })).toBeUndefined();
    expect(await react({ user: 'U9' })).toBeUndefined();
    expect(await react({ item: { type: 'file', file: 'F1' } })).toBeUndefined();
  });
});

describe('a slash command', () => {
  const command = (channel: string): Promise<Incoming> =>
    ofCommand(
      SlashCommand.parse({
        command: '/claude',
        text: 'add user <@U2|grace>',
        team_id: 'T1',
        channel_id: channel,
        user_id: 'U1',
        trigger_id: '13345224609.738474920.8088930838d88f008e0',
      }),
      hearing,
    );

  it('in a channel asks for a thread of its own', async () => {
    expect(await command('C1')).toMatchObject({
      kind: 'command',
      line: 'add user slack:U2',
      place: { conversation: 'slack-two:T1:C1', threads: true, direct: false },
    });
  });

  it('to the bot alone does not', async () => {
    const { place } = await command('D1');
    expect(place).toMatchObject({ conversation: 'slack-two:T1:D1', direct: true });
    expect(place.threads).toBeUndefined();
  });
});

describe('a pressed button', () => {
  const press = (action: object, container: object = {}) =>
    BlockActions.parse({
      type: 'block_actions',
      user: { id: 'U1', username: 'ada' },
      container: { type: 'message', message_ts: '2.000002', channel_id: 'C1', ...container },
      message: { ts: '2.000002' },
      trigger_id: 't',
      actions: [{ type: 'button', action_id: 'threadbox.press.0', value: 'answer:yes', action_ts: '9.9', ...action }],
    });

  it('is its value, in its message’s thread', async () => {
    expect(await ofPress(press({}, { thread_ts: '1.000001' }), hearing)).toMatchObject({
      kind: 'button',
      value: 'answer:yes',
      place: { conversation: 'slack-two:T1:C1:1.000001' },
    });
  });

  it('of a message that a thread hangs on is in the channel', async () => {
    expect(await ofPress(press({}, { thread_ts: '2.000002' }), hearing)).toMatchObject({
      place: { conversation: 'slack-two:T1:C1' },
    });
  });

  it('with a value of ours only', async () => {
    expect(await ofPress(press({ value: undefined }), hearing)).toBeUndefined();
    expect(await ofPress(press({ value: 'x'.repeat(65) }), hearing)).toBeUndefined();
  });

  it('with a prompt opens a form, which brings the value and the words', async () => {
    expect(formFor(press({}))).toBeUndefined();
    const form = formFor(press({ action_id: 'threadbox.ask.1.Which branch. Please?' }, { thread_ts: '1.000001' }))!;
    expect(form.blocks).toMatchObject([{ label: { text: 'Which branch. Please?' } }]);
    const submitted = (values: object) =>
      ofForm(
        ViewSubmission.parse({
          type: 'view_submission',
          user: { id: 'U1' },
          view: { id: 'V1', callback_id: form.callback_id, private_metadata: form.private_metadata, state: { values } },
        }),
        hearing,
      );
    expect(await submitted({ answer: { answer: { type: 'plain_text_input', value: 'main\nor dev' } } })).toEqual({
      eventId: 'slack-two:T1:form:V1',
      kind: 'button',
      value: 'answer:yes',
      text: 'main\nor dev',
      place: {
        platform: 'slack',
        workspace: 'slack:T1',
        conversation: 'slack-two:T1:C1:1.000001',
        direct: false,
        author: { id: 'slack:U1', name: 'Ada' },
      },
    });
    expect(await submitted({})).toBeUndefined();
  });
});
