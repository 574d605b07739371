import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured, Refused, Uncertain } from '../errors.ts';
import type { OutgoingFile, Sender } from '../port.ts';
import { type FakeLine, startFakeLine } from '../testing/line-fake.ts';
import { testWorld } from '../testing/test-world.ts';
import { createLineSender } from './sender.ts';
import { lineSenderSettings } from './settings.ts';

const ada = { userId: `U${'4a'.repeat(16)}`, displayName: 'Ada' };
const conversation = `line:${ada.userId}`;
const group = `C${'5c'.repeat(16)}`;
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const file = (more: Partial<OutgoingFile> = {}): OutgoingFile => ({
  name: 'a.png',
  mediaType: 'image/png',
  bytes: png,
  ...more,
});
const yes = { label: 'Yes', value: 'yes', style: 'primary' } as const;

describe('the LINE sender', () => {
  let api: FakeLine;
  let world: ReturnType<typeof testWorld>;
  const sender = (more: object = { PUBLIC_URL: 'http://127.0.0.1:9' }): Sender =>
    createLineSender(
      lineSenderSettings.parse({ LINE_CHANNEL_ACCESS_TOKEN: api.token, LINE_API_ROOT: api.url, ...more }),
      world,
    );
  const calls = (name: string): unknown[] => api.calls.filter(({ call }) => call === name).map(({ body }) => body);

  beforeEach(async () => {
    api = await startFakeLine();
    world = testWorld('line');
    api.say(ada.userId, ada, 'Hello');
    api.say(group, ada, 'Hello');
  });
  afterEach(() => api.close());

  it('posts several messages in one call, the buttons under the last', async () => {
    const parts = ['one', 'two', 'three', 'four', 'five'].map((text) => ({ text }));
    const { together } = sender();
    expect(together!.limit).toBe(5);
    const ids = await together!.post(conversation, parts, { key: 'k', buttons: [yes] });
    expect(calls('push')).toHaveLength(1);
    expect(api.messages(ada.userId).map(({ id, text, buttons }) => [id, text, buttons.length])).toEqual(
      parts.map(({ text }, i) => [ids[i], text, i === 4 ? 1 : 0]),
    );
  });

  it('shows a small picture as a picture, whatever it is called, and everything else as a card with its address', async () => {
    await sender().postFile(conversation, file({ name: '絵 1.bin' }), { key: 'a' });
    await sender().postFile(conversation, file({ bytes: Buffer.concat([png, Buffer.alloc(1_500_000)]) }), { key: 'b' });
    await sender().postFile(conversation, file({ bytes: Buffer.from('<svg>') }), { key: 'c' });
    const [picture, large, other] = api.messages(ada.userId);
    expect(picture!.object).toMatchObject({
      type: 'image',
      originalContentUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9\/shelf\/[\w-]{43}\/%E7%B5%B5%201\.bin$/),
    });
    expect(large).toMatchObject({ text: 'a.png\n1.5 MB', links: [expect.stringMatching(/\/a\.png$/)] });
    expect(other).toMatchObject({ text: 'a.png\n5 B', object: { altText: 'a.png (5 B)' } });
  });

  it('gives a file with an endless name a short address', async () => {
    await sender().postFile(conversation, file({ name: `${'長'.repeat(300)}.txt`, bytes: new Uint8Array(1) }), {
      key: 'a',
    });
    expect(api.messages(ada.userId)[0]!.links[0]).toMatch(/\/shelf\/[\w-]{43}\/file\.txt$/);
  });

  it('puts a file on the shelf once, however often it has to be posted', async () => {
    const put = world.shelf.put;
    let puts = 0;
    world.shelf.put = (given) => {
      puts += 1;
      return put(given);
    };
    const same = sender();
    api.failNext({ call: 'push', dropAfter: true });
    await expect(same.postFile(conversation, file(), { key: 'a' })).rejects.toBeInstanceOf(Uncertain);
    await same.postFile(conversation, file(), { key: 'a', retry: true });
    expect(puts).toBe(1);
    expect(api.messages(ada.userId)).toHaveLength(1);
  });

  it('says what it needs to send files, and makes none of code then', async () => {
    const bare = sender({});
    await expect(bare.postFile(conversation, file(), { key: 'a' })).rejects.toThrow('PUBLIC_URL');
    await expect(bare.postFile(conversation, file(), { key: 'a' })).rejects.toBeInstanceOf(Refused);
    expect(bare.render(`\`\`\`\n${'line\n'.repeat(500)}\`\`\``).files).toEqual([]);
    expect(sender().render(`\`\`\`\n${'line\n'.repeat(500)}\`\`\``).files).toHaveLength(1);
  });

  it('shows that it is writing to a person, once until there is something to read, and to no group', async () => {
    const same = sender();
    await same.typing(conversation);
    await same.typing(conversation);
    expect(calls('loading')).toEqual([{ chatId: ada.userId, loadingSeconds: 60 }]);
    await same.post(conversation, { text: 'Hi' }, { key: 'k' });
    await same.typing(conversation);
    expect(calls('loading')).toHaveLength(2);
    await same.typing(`line:${group}`);
    await same.typing('nonsense');
    api.failNext({ call: 'loading', status: 500 });
    await sender().typing(conversation);
    expect(calls('loading')).toHaveLength(3);
  });

  it('says of itself that it cannot change what stands', async () => {
    await expect(sender().edit(conversation, '1', { text: 'x' }, {})).rejects.toBeInstanceOf(Refused);
    await expect(sender().close(conversation, undefined)).resolves.toBeUndefined();
    expect(sender().budget(conversation)).toMatchObject({ chat: conversation, perMinute: Infinity });
  });

  it('says what to do about a token that LINE does not take, and never the token', async () => {
    const wrong = 'THISisNotTheTokenOfTheFake0123456789abcdefghijklmnop';
    const posted = sender({ LINE_CHANNEL_ACCESS_TOKEN: wrong }).post(conversation, { text: 'x' }, { key: 'k' });
    await expect(posted).rejects.toBeInstanceOf(Misconfigured);
    await expect(posted).rejects.not.toThrow(wrong);
  });
});
