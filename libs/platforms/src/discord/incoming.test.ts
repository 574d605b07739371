import { describe, expect, it } from 'vitest';
import { DiscordMessage, DiscordReaction } from './event.ts';
import { editIncoming, messageIncoming, reactionIncoming, type Reading } from './incoming.ts';
import type { Channel } from './places.ts';

const bot = { prefix: 'discord-work', id: '900' };
const names = {
  channel: (id: string) => (id === '20' ? 'general' : undefined),
  role: (id: string) => (id === '70' ? 'team' : undefined),
};
const reading: Reading = { bot, botRole: '901', names, open: () => () => Promise.reject(new Error('not opened')) };
const channel: Channel = { id: '20', guild: '10', type: 0, parent: undefined };
const thread: Channel = { id: '30', guild: '10', type: 11, parent: '20' };

/** A MESSAGE_CREATE as Discord documents it, with fields that Threadbox does not read. */
const message = (more: object = {}): DiscordMessage =>
  DiscordMessage.parse({
    id: '1234567890123456789',
    channel_id: '20',
    guild_id: '10',
    type: 0,
    tts: false,
    pinned: false,
    mention_everyone: false,
    timestamp: '2026-01-01T00:00:00.000000+00:00',
    edited_timestamp: null,
    flags: 0,
    content: 'Hello',
    author: {
      id: '42',
      username: 'ada',
      global_name: 'Ada Lovelace',
      discriminator: '0',
      avatar: null,
      public_flags: 0,
      avatar_decoration_data: null,
    },
    member: { nick: 'Countess', roles: [], joined_at: '2025-01-01T00:00:00+00:00', deaf: false, mute: false, flags: 0 },
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    nonce: '1',
    ...more,
  });
const botUser = { id: '900', username: 'threadbox', bot: true };

describe('a message', () => {
  it('names who said it where, for the bot that heard it', () => {
    expect(messageIncoming(message(), thread, reading)).toEqual({
      eventId: 'discord:900:1234567890123456789',
      place: {
        platform: 'discord',
        workspace: 'discord:10',
        conversation: 'discord-work:10:20:30',
        direct: false,
        author: { id: 'discord:42', name: 'Countess' },
      },
      kind: 'message',
      text: 'Hello',
      files: [],
    });
  });

  it.each([
    ['<@900> do it', 'do it'],
    ['do it, <@!900>', 'do it,'],
    ['<@&901> do it', 'do it'],
  ])('that says %j addresses the bot', (content, text) => {
    const mentions = content.includes('901') ? [] : [botUser];
    const said = message({ content, mentions, mention_roles: content.includes('901') ? ['901'] : [] });
    const conversation = 'discord-work:10:20:1234567890123456789';
    expect(messageIncoming(said, channel, reading)).toMatchObject({ text, addressed: true, place: { conversation } });
    const inThread = messageIncoming(said, thread, reading);
    expect(inThread).toMatchObject({ addressed: true, place: { conversation: 'discord-work:10:20:30' } });
  });

  it('stays in a channel where the bot may start no thread', () => {
    const said = message({ content: '<@900> do it', mentions: [botUser] });
    const closed = { ...channel, closedToThreads: true };
    expect(messageIncoming(said, closed, reading)).toMatchObject({
      addressed: true,
      place: { conversation: 'discord-work:10:20' },
    });
  });

  it('has names instead of ids', () => {
    const content = '<@43> <@!44> <#20> <@&70> <:party:55> <a:dance:56> </claude start:57> <t:0:R> <#99>';
    const mentions = [
      { id: '43', username: 'grace', global_name: null },
      { id: '44', username: 'alan', global_name: 'Alan', member: { nick: 'Al $& T' } },
    ];
    expect(messageIncoming(message({ content, mentions }), thread, reading)).toMatchObject({
      text: '@grace @Al $& T #general @team :party: :dance: /claude start 1970-01-01T00:00:00Z <#99>',
    });
  });

  it('keeps its formatting and its white space', () => {
    const content = '  **bold**\n```ts\n  x\n```';
    expect(messageIncoming(message({ content }), thread, reading)).toMatchObject({ text: content });
  });

  it('brings its files', () => {
    const attachments = [
      {
        id: '5',
        filename: 'a/b.png',
        size: 7,
        url: 'https://cdn.example.org/a',
        proxy_url: 'x',
        content_type: 'image/png; q=1',
      },
      { id: '6', filename: 'voice-message.ogg', size: 8, url: 'https://cdn.example.org/b', duration_secs: 1 },
    ];
    expect(messageIncoming(message({ content: '', attachments }), thread, reading)).toMatchObject({
      text: '',
      files: [
        { name: 'a_b.png', mediaType: 'image/png', size: 7 },
        { name: 'voice-message.ogg', mediaType: 'application/octet-stream', size: 8 },
      ],
    });
  });

  it('that is forwarded counts as said', () => {
    const copy = { message: { type: 0, content: 'From elsewhere', attachments: [], embeds: [], timestamp: 'x' } };
    const said = message({ content: '', message_reference: { type: 1, message_id: '9' }, message_snapshots: [copy] });
    expect(messageIncoming(said, thread, reading)).toMatchObject({ text: 'From elsewhere' });
  });

  it('quotes what it answers to, and a deleted one not', () => {
    const to = { ...message(), content: 'Look <@43>', mentions: [{ id: '43', username: 'grace' }] };
    const answer = messageIncoming(message({ type: 19, referenced_message: to }), thread, reading);
    expect(answer).toMatchObject({ quote: { author: 'Ada Lovelace', text: 'Look @grace' } });
    expect(messageIncoming(message({ type: 19, referenced_message: null }), thread, reading)).not.toHaveProperty(
      'quote',
    );
  });

  it.each([
    ['a bot', { author: botUser }],
    ['a webhook', { webhook_id: '8' }],
    ['Discord', { type: 7 }],
    ['nobody', { content: ' ' }],
  ])('of %s is passed over', (_, more) => {
    expect(messageIncoming(message(more), thread, reading)).toBeUndefined();
  });
});

describe('an edit', () => {
  it('names the message, and when it was changed', () => {
    const edited = message({ content: 'Hello!', edited_timestamp: '2026-01-01T00:01:00.000000+00:00' });
    expect(editIncoming(edited, thread, reading)).toMatchObject({
      eventId: 'discord:900:1234567890123456789:edit:1767225660000',
      kind: 'edit',
      of: 'discord:900:1234567890123456789',
      text: 'Hello!',
    });
    expect(editIncoming(message(), thread, reading)).toBeUndefined();
  });
});

describe('a reaction', () => {
  const user = { id: '42', username: 'ada' };
  const reaction = (more: object): DiscordReaction =>
    DiscordReaction.parse({
      user_id: '42',
      channel_id: '30',
      message_id: '77',
      guild_id: '10',
      message_author_id: '900',
      member: { user, nick: null, roles: [] },
      emoji: { id: null, name: '👍' },
      burst: false,
      type: 0,
      ...more,
    });

  it('to a message of the bot is brought', () => {
    expect(reactionIncoming(reaction({}), thread, user, reading)).toMatchObject({ kind: 'reaction', emoji: '👍' });
    const custom = reaction({ emoji: { id: '55', name: 'party', animated: false } });
    expect(reactionIncoming(custom, thread, user, reading)).toMatchObject({
      eventId: 'discord:900:77:reaction:42:55',
      emoji: ':party:',
    });
  });

  it('to somebody else, or by the bot itself, is passed over', () => {
    expect(reactionIncoming(reaction({ message_author_id: '43' }), thread, user, reading)).toBeUndefined();
    expect(reactionIncoming(reaction({ message_author_id: undefined }), thread, user, reading)).toBeUndefined();
    expect(reactionIncoming(reaction({}), thread, botUser, reading)).toBeUndefined();
  });
});
