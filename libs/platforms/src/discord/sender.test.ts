import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured, RateLimited, Refused } from '../errors.ts';
import { key } from '../testing/contract-scene.ts';
import { type DiscordScene, setDiscordScene } from '../testing/discord-scene.ts';
import { createDiscordSender } from './sender.ts';

let scene: DiscordScene;
let channel: string;
beforeEach(async () => {
  scene = await setDiscordScene();
  channel = `discord:${scene.fake.guild}:${scene.fake.channel}`;
});
afterEach(() => scene.close());

const bodies = (): unknown[] => scene.fake.calls.map(({ body }) => JSON.parse(String(body) || 'null') as unknown);

describe('a message', () => {
  it('mentions nobody, shows no previews, and stands once however often it is posted', async () => {
    const post = (): Promise<string> => scene.sender.post(channel, { text: 'Hello @everyone' }, { key: key(1) });
    expect(await post()).toBe(await post());
    expect(await scene.fake.messages(scene.fake.channel)).toHaveLength(1);
    expect(bodies()[0]).toEqual({
      content: 'Hello @everyone',
      allowed_mentions: { parse: [] },
      flags: 4,
      nonce: expect.stringMatching(/^[\w-]{25}$/),
      enforce_nonce: true,
    });
  });

  it('is found again by its nonce, where the post is a retry', async () => {
    const id = await scene.sender.post(channel, { text: 'Hello' }, { key: key(1) });
    expect(await scene.sender.post(channel, { text: 'Hello' }, { key: key(1), retry: true })).toBe(id);
    expect(scene.fake.calls).toHaveLength(1);
  });

  it('is unfolded to be edited', async () => {
    const { fake, sender } = scene;
    const thread = await fake.openThread(fake.channel, 'Talk');
    const id = await sender.post(`${channel}:${thread}`, { text: 'a' }, { key: key(1) });
    await sender.close(`${channel}:${thread}`, undefined);
    expect(await fake.threads(fake.channel)).toMatchObject([{ archived: true }]);
    await sender.edit(`${channel}:${thread}`, id, { text: 'b' }, {});
    expect(await fake.messages(thread)).toMatchObject([{ text: 'b' }]);
  });
});

describe('a thread', () => {
  it('is opened below a channel, once, by a message of its own', async () => {
    const { fake, sender } = scene;
    const open = (): Promise<string> => sender.openThread!(channel, { title: 'Fix *it*', key: key(1) });
    const conversation = await open();
    expect(await open()).toBe(conversation);
    const [thread] = await fake.threads(fake.channel);
    expect(thread).toMatchObject({ name: 'Fix it' });
    expect(conversation).toBe(`${channel}:${thread!.id}`);
    expect(await fake.messages(fake.channel)).toMatchObject([{ id: thread!.id, text: 'Fix it' }]);
    await sender.post(conversation, { text: 'Here' }, { key: key(2) });
    expect(await fake.messages(thread!.id)).toMatchObject([{ text: 'Here' }]);
  });

  it('is opened nowhere else', async () => {
    const open = (conversation: string): Promise<string> =>
      scene.sender.openThread!(conversation, { title: 'x', key: key(1) });
    await expect(open('discord:dm:5')).rejects.toBeInstanceOf(Refused);
    await expect(open(`${channel}:5`)).rejects.toBeInstanceOf(Refused);
    scene.fake.failNext({ status: 403, code: 50_013 });
    await expect(open(channel)).rejects.toThrow('Send Messages and Create Public Threads');
  });

  it('grows from a message for a file too, and not from a message that is gone', async () => {
    const { fake, sender } = scene;
    const file = { name: 'a.txt', mediaType: 'text/plain', bytes: new Uint8Array([1, 2, 3]) };
    const said = await fake.say(fake.channel, `<@${fake.bot.id}>`);
    await sender.postFile(`${channel}:${said}`, file, { key: key(1) });
    expect(await fake.threads(fake.channel)).toMatchObject([{ id: said, name: 'Threadbox' }]);
    const nowhere = sender.post(`${channel}:1000000000000000099`, { text: 'x' }, { key: key(2) });
    await expect(nowhere).rejects.toThrow('the message is gone');
  });

  it('that is gone is closed', async () => {
    await expect(scene.sender.close(`${channel}:1000000000000000099`, undefined)).resolves.toBeUndefined();
    await expect(scene.sender.close(channel, undefined)).resolves.toBeUndefined();
    expect(scene.fake.calls).toHaveLength(1);
  });
});

describe('what Discord refuses', () => {
  const post = (): Promise<unknown> => scene.sender.post(channel, { text: 'x' }, { key: key(1) });

  it.each([
    [{ status: 403, code: 50_013 }, Refused, 'Send Messages'],
    [{ status: 403, code: 50_001 }, Refused, 'View Channels'],
    [{ status: 403, code: 50_007 }, Refused, 'direct messages'],
    [{ status: 400, code: 99_999 }, Refused, 'code 99999'],
    [{ status: 401 }, Misconfigured, 'DISCORD_BOT_TOKEN'],
    [{ status: 400, code: 30_046 }, RateLimited, '60000'],
    [{ status: 429, code: 30_046 }, RateLimited, '1000'],
    [{ status: 429, retryAfter: 0.3 }, RateLimited, '300'],
    [{ status: 503 }, Error, 'status 503'],
  ])('%j is told in words', async (failure, kind, words) => {
    scene.fake.failNext(failure);
    const outcome = await post().catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(kind);
    expect(String(outcome)).toContain(words);
    await expect(post()).resolves.toBeTypeOf('string');
  });

  it('a file over 10 MiB is not even sent', async () => {
    const file = { name: 'a.bin', mediaType: 'application/octet-stream', bytes: new Uint8Array(10 * 1024 * 1024 + 1) };
    await expect(scene.sender.postFile(channel, file, { key: key(1) })).rejects.toThrow('10 MiB');
    expect(scene.fake.calls).toHaveLength(0);
  });

  it('nobody there to ask is a failure for now', async () => {
    const settings = { DISCORD_BOT_TOKEN: scene.fake.token, DISCORD_API_ROOT: 'http://127.0.0.1:1/api' };
    const outcome = await createDiscordSender(settings)
      .post(channel, { text: 'secret words' }, { key: key(1) })
      .catch((error: unknown) => error);
    expect(String(outcome)).toContain('could not be asked to post a message');
    expect(String(outcome)).not.toContain('secret words');
    for (const kind of [Refused, RateLimited]) expect(outcome).not.toBeInstanceOf(kind);
  });
});
