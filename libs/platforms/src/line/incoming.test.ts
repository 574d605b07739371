import { describe, expect, it } from 'vitest';
import { LineEvent } from './events.ts';
import { hear, type Heard } from './incoming.ts';
import { joinRuns } from './runs.ts';

const bot = { prefix: 'line', id: `U${'b0'.repeat(16)}` };
const ada = `U${'4a'.repeat(16)}`;
const ben = `U${'be'.repeat(16)}`;
const group = { type: 'group', groupId: `C${'5c'.repeat(16)}`, userId: ada };
const opened: string[] = [];
const open = (messageId: string) => () => {
  opened.push(messageId);
  return Promise.reject(new Error('not in this test'));
};

/** Events in the shape of LINE's reference. */
const event = (more: object): LineEvent =>
  LineEvent.parse({
    type: 'message',
    mode: 'active',
    timestamp: 1_625_665_242_211,
    source: { type: 'user', userId: ada },
    webhookEventId: '01FZ74A0TDDPYRVKNK77XKC3ZR',
    deliveryContext: { isRedelivery: false },
    replyToken: 'b60d432864f44d079f6d8efe86cf404b',
    ...more,
  });
const heard = (more: object): Heard | undefined => hear(event(more), bot, open, 1_625_665_242_500);
const said = (message: object, source: object = { type: 'user', userId: ada }): Heard | undefined =>
  heard({ source, message: { id: '444573844083572737', quoteToken: 'q3Plxr4AgKd', ...message } });

describe('hear', () => {
  it('reads a text, with the token to reply to it', () => {
    expect(
      said({ type: 'text', text: 'Hello (love)', emojis: [{ index: 6, length: 6, productId: 'p', emojiId: 'e' }] }),
    ).toEqual({
      eventId: `line:${bot.id}:444573844083572737`,
      deliveries: ['01FZ74A0TDDPYRVKNK77XKC3ZR'],
      conversation: `line:${ada}`,
      at: { kind: 'user', id: ada },
      user: ada,
      reply: { token: 'b60d432864f44d079f6d8efe86cf404b', until: 1_625_665_292_211 },
      said: { kind: 'message', text: 'Hello (love)', files: [] },
    });
  });

  it.each([
    [group, `line:C${'5c'.repeat(16)}`, 'group'],
    [{ type: 'room', roomId: `R${'0d'.repeat(16)}`, userId: ada }, `line:R${'0d'.repeat(16)}`, 'room'],
  ])('names the conversation of %j', (source, conversation, kind) => {
    expect(said({ type: 'text', text: 'x' }, source)).toMatchObject({ conversation, at: { kind }, user: ada });
  });

  it('keeps a bot of another name apart by its prefix', () => {
    const other = hear(event({ message: { id: '1', type: 'text', text: 'x' } }), { ...bot, prefix: 'line-b' }, open, 0);
    expect(other?.conversation).toBe(`line-b:${ada}`);
  });

  it('leaves the mention of the bot out, and says that it was addressed', () => {
    const mention = {
      mentionees: [
        { index: 0, length: 4, type: 'user', userId: bot.id, isSelf: true },
        { index: 11, length: 4, type: 'user', userId: ben, isSelf: false },
        { index: 16, length: 4, type: 'all' },
      ],
    };
    expect(said({ type: 'text', text: '@Bot 👋 ask @Ben @All', mention }, group)?.said).toEqual({
      kind: 'message',
      text: '👋 ask @Ben @All',
      files: [],
      addressed: true,
    });
    expect(said({ type: 'text', text: '@Bot /claude status', mention }, group)?.said).toEqual({
      kind: 'command',
      line: 'status',
    });
    expect(said({ type: 'text', text: '@Bot', mention }, group)).toBeUndefined();
  });

  it.each([
    ['/claude', ''],
    ['/claude start goose', 'start goose'],
    ['/CLAUDE  add user line:U1', 'add user line:U1'],
  ])('reads %s as the command “%s”, under the name of its delivery', (text, line) => {
    expect(said({ type: 'text', text })).toMatchObject({
      eventId: `line:${bot.id}:01FZ74A0TDDPYRVKNK77XKC3ZR`,
      said: { kind: 'command', line },
    });
  });

  it.each([
    [
      {
        type: 'sticker',
        packageId: '446',
        stickerId: '1988',
        stickerResourceType: 'ANIMATION',
        keywords: ['cony', 'sally'],
      },
      '[sticker: cony, sally]',
    ],
    [
      {
        type: 'sticker',
        packageId: '446',
        stickerId: '1',
        stickerResourceType: 'MESSAGE',
        text: 'Let’s go!',
        keywords: ['a'],
      },
      '[sticker: Let’s go!]',
    ],
    [{ type: 'sticker', packageId: '446', stickerId: '1', stickerResourceType: 'STATIC' }, '[sticker]'],
    [
      { type: 'location', title: 'Home', address: '1 Main St', latitude: 35.67, longitude: 139.7 },
      '[location: Home, 1 Main St, 35.67, 139.7]',
    ],
    [{ type: 'location', latitude: 0, longitude: 0 }, '[location: 0, 0]'],
    [
      { type: 'image', contentProvider: { type: 'external', originalContentUrl: 'https://example.org/a' } },
      '[image: kept outside of LINE]',
    ],
  ])('puts %j into words', (message, text) => {
    expect(said(message)?.said).toEqual({ kind: 'message', text, files: [] });
  });

  it.each([
    [{ type: 'image', contentProvider: { type: 'line' } }, 'image-444573844083572737.jpg', 'image/jpeg', undefined],
    [
      { type: 'video', duration: 6000, contentProvider: { type: 'line' } },
      'video-444573844083572737.mp4',
      'video/mp4',
      undefined,
    ],
    [
      { type: 'audio', duration: 6000, contentProvider: { type: 'line' } },
      'audio-444573844083572737.m4a',
      'audio/mp4',
      undefined,
    ],
    [{ type: 'file', fileName: 'notes.pdf', fileSize: 2138 }, 'notes.pdf', 'application/pdf', 2138],
    [{ type: 'file', fileName: 'data.csv', fileSize: 1 }, 'data.csv', 'text/csv', 1],
    [{ type: 'file', fileName: '../../etc/passwd', fileSize: 1 }, '.._.._etc_passwd', 'application/octet-stream', 1],
    [{ type: 'file', fileName: '', fileSize: 1 }, 'file-444573844083572737', 'application/octet-stream', 1],
  ])('names the file of %j', (message, name, mediaType, size) => {
    const incoming = said(message);
    expect(incoming?.said).toMatchObject({ kind: 'message', text: '', files: [{ name, mediaType, size }] });
    void (incoming?.said.kind === 'message' && incoming.said.files[0]?.open().catch(() => {}));
    expect(opened.at(-1)).toBe('444573844083572737');
  });

  it('reads a pressed button', () => {
    const pressed = { type: 'postback', postback: { data: 'turn:stop', params: {} } };
    expect(heard(pressed)).toMatchObject({
      eventId: `line:${bot.id}:01FZ74A0TDDPYRVKNK77XKC3ZR`,
      said: { kind: 'button', value: 'turn:stop' },
    });
    expect(heard({ ...pressed, postback: { data: 'x'.repeat(65) } })).toBeUndefined();
    expect(heard({ ...pressed, postback: { data: '' } })).toBeUndefined();
  });

  it('has a first word for who makes friends with the bot', () => {
    expect(heard({ type: 'follow', follow: { isUnblocked: false } })?.said).toEqual({ kind: 'command', line: 'help' });
  });

  it.each([
    { type: 'unsend', unsend: { messageId: '325708' }, replyToken: undefined },
    { type: 'unfollow', replyToken: undefined },
    { type: 'join', source: { type: 'group', groupId: `C${'5c'.repeat(16)}` } },
    { type: 'memberJoined', source: group, joined: { members: [{ type: 'user', userId: ben }] } },
    {
      type: 'message',
      source: { type: 'group', groupId: `C${'5c'.repeat(16)}` },
      message: { type: 'text', id: '1', text: 'who?' },
    },
    { type: 'message', mode: 'standby', message: { type: 'text', id: '1', text: 'for another' } },
    { type: 'message', message: { type: 'text', id: '1', text: '  ' } },
    { type: 'message', message: { type: 'hologram', id: '1' } },
    { type: 'message', source: { type: 'planet', planetId: 'P1' }, message: { type: 'text', id: '1', text: 'x' } },
    { type: 'somethingNew', somethingNew: {} },
  ])('says nothing of %j', (more) => {
    expect(heard(more)).toBeUndefined();
  });
});

describe('joinRuns', () => {
  const one = (message: object, id: string, more: object = {}): Heard =>
    hear(event({ webhookEventId: `01${id}`, message: { id, ...message }, ...more }), bot, open, 0)!;
  const text = (words: string, id: string, more: object = {}): Heard => one({ type: 'text', text: words }, id, more);
  const image = (id: string, more: object = {}): Heard =>
    one({ type: 'image', contentProvider: { type: 'line' } }, id, more);
  const shown = (heards: Heard[]): unknown[] =>
    joinRuns(heards).map((each) => [
      each.eventId.split(':').at(-1),
      each.said.kind === 'message' ? each.said.text : each.said.kind,
      each.said.kind === 'message' ? each.said.files.length : 0,
    ]);

  it('takes pictures and the words about them as one message, under the name of the words', () => {
    expect(shown([image('1'), image('2'), text('Look', '3')])).toEqual([['3', 'Look', 2]]);
    expect(shown([text('Look', '1'), image('2')])).toEqual([['1', 'Look', 1]]);
    expect(joinRuns([image('1'), text('Look', '2')])[0]?.deliveries).toEqual(['011', '012']);
  });

  it('leaves apart what two people say, what two texts say, and commands', () => {
    expect(shown([text('a', '1'), text('b', '2')])).toEqual([
      ['1', 'a', 0],
      ['2', 'b', 0],
    ]);
    expect(shown([image('1'), text('b', '2', { source: { type: 'user', userId: ben } })])).toEqual([
      ['1', '', 1],
      ['2', 'b', 0],
    ]);
    expect(shown([image('1'), text('/claude stop', '2')])).toEqual([
      ['1', '', 1],
      ['012', 'command', 0],
    ]);
    expect(shown([image('1'), text('a', '2'), text('b', '3')])).toEqual([
      ['2', 'a', 1],
      ['3', 'b', 0],
    ]);
  });
});
