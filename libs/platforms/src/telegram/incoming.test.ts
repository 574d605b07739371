import { describe, expect, it } from 'vitest';
import { toIncoming } from './incoming.ts';
import { menu } from './menu.ts';
import { TelegramUpdate } from './update.ts';

const bot = { prefix: 'telegram', id: 7, username: 'threadbox_bot' };
const ada = { id: 42, is_bot: false, first_name: 'Ada', last_name: 'Lovelace' };
const direct = { id: 42, type: 'private', first_name: 'Ada' };
const group = { id: -100, type: 'supergroup', title: 'Engines', is_forum: true };
const opened: string[] = [];
const open = (fileId: string) => () => {
  opened.push(fileId);
  return Promise.reject(new Error('not in this test'));
};

const heard = (content: object): ReturnType<typeof toIncoming> =>
  toIncoming([TelegramUpdate.parse({ update_id: 5, ...content })], bot, open);
const said = (message: object): ReturnType<typeof toIncoming> =>
  heard({ message: { message_id: 1, date: 0, from: ada, chat: direct, ...message } });

describe('toIncoming', () => {
  it('reads a message in a private chat', () => {
    expect(said({ text: 'Hello' })).toEqual({
      eventId: 'telegram:7:42:1',
      place: {
        platform: 'telegram',
        workspace: 'telegram:7',
        conversation: 'telegram:42',
        direct: true,
        author: { id: 'telegram:42', name: 'Ada Lovelace' },
      },
      kind: 'message',
      text: 'Hello',
      files: [],
    });
  });

  it.each([
    [{}, 'telegram:-100'],
    [{ message_thread_id: 9, is_topic_message: true }, 'telegram:-100:9'],
    // Replies in a group without topics have a thread id too; they are no conversation of their own.
    [{ message_thread_id: 9 }, 'telegram:-100'],
  ])('names the conversation of a group message with %j', (more, conversation) => {
    expect(said({ chat: group, text: 'x', ...more })).toMatchObject({ place: { conversation, direct: false } });
  });

  it.each([
    ['/claude start goose', 'start goose'],
    ['/claude@Threadbox_Bot status', 'status'],
    ['/claude', ''],
    ['/claude_add_user telegram:9', 'add user telegram:9'],
    ['/claude_stop@threadbox_bot', 'stop'],
    ['/start', 'help'],
    ['/start deep-link', 'help'],
  ])('reads %s as the command “%s”', (text, line) => {
    expect(said({ text })).toMatchObject({ kind: 'command', line });
  });

  it('offers in its menu only what it reads as a command', () => {
    for (const { command } of menu) expect(said({ text: `/${command}` })).toMatchObject({ kind: 'command' });
  });

  it('leaves alone what is said to another bot', () => {
    expect(said({ chat: group, text: '/claude@other_bot status' })).toBeUndefined();
    expect(said({ chat: group, text: '/weather@other_bot' })).toBeUndefined();
  });

  it.each(['/compact', '/start', 'see /claude for more'])('takes “%s” in a group as something said', (text) => {
    expect(said({ chat: group, text })).toMatchObject({ kind: 'message', text });
  });

  it('drops the mention that a message begins with', () => {
    expect(said({ chat: group, text: '@threadbox_bot please look' })).toMatchObject({ text: 'please look' });
  });

  it('takes the largest photo, its caption as the text', () => {
    const photo = [
      { file_id: 's', file_unique_id: 'u', width: 90, height: 90, file_size: 1 },
      { file_id: 'l', file_unique_id: 'u', width: 900, height: 900, file_size: 9 },
    ];
    const incoming = said({ photo, caption: 'What is this?' });
    expect(incoming).toMatchObject({
      text: 'What is this?',
      files: [{ name: 'photo-u.jpg', mediaType: 'image/jpeg', size: 9 }],
    });
    void (incoming?.kind === 'message' && incoming.files[0]?.open().catch(() => {}));
    expect(opened).toEqual(['l']);
  });

  it.each([
    [
      { document: { file_id: 'f', file_unique_id: 'u', file_name: '../../etc/passwd' } },
      '.._.._etc_passwd',
      'application/octet-stream',
    ],
    [
      { document: { file_id: 'f', file_unique_id: 'u', file_name: 'a.pdf', mime_type: 'application/pdf' } },
      'a.pdf',
      'application/pdf',
    ],
    [{ voice: { file_id: 'f', file_unique_id: 'u', duration: 1 } }, 'voice-u.ogg', 'audio/ogg'],
    [{ audio: { file_id: 'f', file_unique_id: 'u', duration: 1 } }, 'audio-u.mp3', 'audio/mpeg'],
    [{ video: { file_id: 'f', file_unique_id: 'u', duration: 1 } }, 'video-u.mp4', 'video/mp4'],
  ])('names the file of %j', (content, name, mediaType) => {
    expect(said(content)).toMatchObject({ kind: 'message', text: '', files: [{ name, mediaType }] });
  });

  it.each([
    { text: 'beep', from: { ...ada, is_bot: true } },
    { text: 'no author', from: undefined },
    { new_chat_members: [ada] },
    { text: '   ' },
  ])('says nothing of %j', (message) => {
    expect(said(message)).toBeUndefined();
  });

  it('reads a pressed button where its message stands, from who pressed it', () => {
    const message = { message_id: 3, date: 0, chat: group, message_thread_id: 9, is_topic_message: true };
    const query = { id: 'q', from: { ...ada, id: 43 }, chat_instance: '1', data: 'turn:stop', message };
    expect(heard({ callback_query: query })).toMatchObject({
      kind: 'button',
      value: 'turn:stop',
      place: { conversation: 'telegram:-100:9', author: { id: 'telegram:43' } },
    });
    expect(heard({ callback_query: { ...query, message: undefined } })).toBeUndefined();
  });
});

describe('a message in a group', () => {
  const inGroup = (message: object): ReturnType<typeof toIncoming> => said({ chat: group, ...message });

  it('is meant for the bot where it names it, anywhere', () => {
    expect(inGroup({ text: '@Threadbox_bot fix it' })).toMatchObject({ addressed: true, text: 'fix it' });
    expect(inGroup({ text: 'can @threadbox_bot fix it?' })).toMatchObject({ addressed: true });
    expect(inGroup({ text: '@threadbox_bottom fix it' })).not.toHaveProperty('addressed');
    expect(said({ text: '@threadbox_bot fix it' })).not.toHaveProperty('addressed');
  });

  it('that starts a session leaves the forum itself free, and only that', () => {
    expect(inGroup({ text: '/claude start' })).toMatchObject({ place: { threads: true } });
    const topic = { message_thread_id: 9, is_topic_message: true };
    expect(inGroup({ text: '/claude start', ...topic })?.place).not.toHaveProperty('threads');
    expect(said({ text: '/claude start' })?.place).not.toHaveProperty('threads');
  });
});

describe('an answer', () => {
  const to = { message_id: 3, from: { ...ada, id: 43, first_name: 'Ben', last_name: undefined }, text: 'It failed' };
  it('brings what it answers to, or the part of it that was chosen', () => {
    expect(said({ text: 'why?', reply_to_message: to })).toMatchObject({ quote: { author: 'Ben', text: 'It failed' } });
    expect(said({ text: 'why?', reply_to_message: to, quote: { text: 'failed' } })).toMatchObject({
      quote: { text: 'failed' },
    });
  });
  it('that every message of a topic is to the topic’s first one is none', () => {
    const first = { ...to, message_id: 9 };
    expect(said({ chat: group, text: 'x', message_thread_id: 9, reply_to_message: first })).not.toHaveProperty('quote');
  });
});

it('reads what was formatted as Markdown, and a command as it was typed', () => {
  const entities = [{ type: 'code', offset: 4, length: 6 }];
  expect(said({ text: 'run ls -la', entities })).toMatchObject({ text: 'run `ls -la`' });
  expect(said({ text: '/claude start', entities: [{ type: 'bot_command', offset: 0, length: 7 }] })).toMatchObject({
    kind: 'command',
    line: 'start',
  });
});

it('reads no reaction that was taken back, nor one in a forum, where Telegram does not tell the topic', () => {
  const like = [{ type: 'emoji', emoji: '👍' }];
  const reaction = { chat: direct, message_id: 1, user: ada, old_reaction: [], new_reaction: like };
  expect(heard({ message_reaction: reaction })).toMatchObject({ kind: 'reaction', emoji: '👍' });
  expect(heard({ message_reaction: { ...reaction, old_reaction: like, new_reaction: [] } })).toBeUndefined();
  expect(heard({ message_reaction: { ...reaction, chat: group } })).toBeUndefined();
  expect(heard({ message_reaction: { ...reaction, user: undefined } })).toBeUndefined();
});
