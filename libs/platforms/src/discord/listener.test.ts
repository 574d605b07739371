import { parseCommand } from '@threadbox/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured } from '../errors.ts';
import { eventually, key } from '../testing/contract-scene.ts';
import { type DiscordScene, setDiscordScene } from '../testing/discord-scene.ts';
import { createDiscordListener } from './listener.ts';
import { discordSettings } from './settings.ts';

let scene: DiscordScene;
beforeEach(async () => {
  scene = await setDiscordScene();
});
afterEach(() => scene.close());

const said = (): string[] => scene.taken('message').map(({ text }) => text);
const expectHeard = (...texts: string[]): Promise<void> => eventually(() => expect(said()).toEqual(texts));

describe('where something is said', () => {
  it('is a channel of a server', async () => {
    const { fake } = scene;
    await scene.listen();
    await fake.say(fake.channel, 'Hello all');
    await expectHeard('Hello all');
    expect(scene.intake.accepted[0]!.place).toMatchObject({
      workspace: `discord:${fake.guild}`,
      conversation: `discord:${fake.guild}:${fake.channel}`,
      direct: false,
      threads: true,
    });
    expect(scene.taken('message')[0]!.addressed).toBeUndefined();
  });

  it('is the thread that will grow from a message which mentions the bot, and an answer makes it grow', async () => {
    const { fake, sender } = scene;
    await scene.listen();
    const id = await fake.say(fake.channel, `<@${fake.bot.id}> please look, <@${fake.person.id}> says`);
    await expectHeard(`please look, @${fake.person.name} says`);
    const [message] = scene.taken('message');
    const conversation = `discord:${fake.guild}:${fake.channel}:${id}`;
    expect(message).toMatchObject({ addressed: true, place: { conversation } });
    expect(message!.place.threads).toBeUndefined();

    const posted = await sender.post(conversation, { text: 'On it' }, { key: key(1) });
    expect(await fake.threads(fake.channel)).toEqual([{ id, name: 'please look, says', archived: false }]);
    expect(await fake.messages(id)).toMatchObject([{ id: posted, text: 'On it' }]);
    await fake.say(id, 'Thanks');
    await eventually(() =>
      expect(scene.intake.accepted.at(-1)).toMatchObject({ kind: 'message', text: 'Thanks', place: { conversation } }),
    );
  });

  it('is a direct message, with no server', async () => {
    const { fake, sender } = scene;
    await scene.listen();
    const channel = await fake.openDirect();
    await fake.say(channel, 'Psst');
    await expectHeard('Psst');
    const conversation = `discord:dm:${channel}`;
    expect(scene.intake.accepted[0]!.place).toMatchObject({
      workspace: `discord:dm-${fake.bot.id}`,
      conversation,
      direct: true,
    });
    const id = await sender.post(conversation, { text: 'Yes?' }, { key: key(1) });
    await fake.react(channel, id, '🎉');
    await eventually(() => expect(scene.taken('reaction')).toMatchObject([{ emoji: '🎉', place: { direct: true } }]));
    expect(scene.taken('reaction')[0]!.place.author.name).toBe(fake.person.name);
    await fake.command(channel, 'status');
    await eventually(() => expect(scene.taken('command')).toMatchObject([{ line: 'status', place: { conversation } }]));
  });
});

describe('what is said', () => {
  it('brings what it answers to', async () => {
    const { fake } = scene;
    await scene.listen();
    const first = await fake.say(fake.channel, 'The build is red');
    await fake.say(fake.channel, 'Why?', { replyTo: first });
    await expectHeard('The build is red', 'Why?');
    expect(scene.taken('message')[1]!.quote).toEqual({ author: fake.person.name, text: 'The build is red' });
  });

  it('passes over the bot itself, and previews that appear below a message', async () => {
    const { fake, sender } = scene;
    await scene.listen();
    await sender.post(`discord:${fake.guild}:${fake.channel}`, { text: 'Mine' }, { key: key(1) });
    const id = await fake.say(fake.channel, 'See https://example.org');
    fake.tell('MESSAGE_UPDATE', {
      id,
      channel_id: fake.channel,
      guild_id: fake.guild,
      type: 0,
      content: 'See https://example.org',
      author: { id: fake.person.id, username: 'Ada' },
      attachments: [],
      edited_timestamp: null,
      embeds: [{ title: 'Example' }],
    });
    await fake.edit(fake.channel, id, 'Never mind');
    await eventually(() => expect(scene.taken('edit')).toHaveLength(1));
    expect(scene.intake.accepted.map(({ kind }) => kind)).toEqual(['message', 'edit']);
  });
});

describe('commands', () => {
  it('are offered everywhere, or at once in the servers that were named', async () => {
    const { fake } = scene;
    const puts = (): string[] => fake.calls.filter(({ method }) => method === 'PUT').map(({ path }) => path);
    await scene.listen();
    expect(puts()).toEqual([`/applications/${fake.bot.id}/commands`]);
    await scene.listen({ DISCORD_GUILDS: fake.guild });
    expect(puts().slice(1)).toEqual([
      `/applications/${fake.bot.id}/commands`,
      `/applications/${fake.bot.id}/guilds/${fake.guild}/commands`,
    ]);
  });

  it.each(['start', 'start claude', 'stop', 'help', 'delete owner discord:1000000000000000043'])(
    'arrive as they are read: %s',
    async (line) => {
      const { fake } = scene;
      await scene.listen();
      const id = await fake.command(fake.channel, line);
      await eventually(() => expect(fake.answers).toEqual([{ interaction: id, kind: 'word', text: 'Taken.' }]));
      expect(scene.taken('command')).toMatchObject([{ line, place: { threads: true } }]);
      expect(parseCommand(line).ok).toBe(true);
    },
  );

  it('are answered with regret where they could not be taken in before the end', async () => {
    const { fake } = scene;
    const listener = await scene.listen();
    scene.intake.refuse(Infinity);
    await fake.command(fake.channel, 'stop');
    await eventually(() => expect(scene.intake.offered.length).toBeGreaterThan(1));
    await listener.stop();
    expect(fake.answers).toMatchObject([{ kind: 'word', text: expect.stringContaining('try again') }]);
  });
});

describe('buttons', () => {
  const buttons = (count: number): { label: string; value: string; style: 'secondary' }[] =>
    Array.from({ length: count }, (_, i) => ({ label: `Choice ${i}`, value: `choose:${i}`, style: 'secondary' }));

  it('open a form where they ask for words', async () => {
    const { fake, sender } = scene;
    await scene.listen();
    const conversation = `discord:${fake.guild}:${fake.channel}`;
    const other = { label: 'Other', value: 'choose:other', style: 'secondary', prompt: 'What else?' } as const;
    const id = await sender.post(conversation, { text: 'Which?' }, { key: key(1), buttons: [...buttons(1), other] });
    await fake.press(fake.channel, id, 'Other', { text: 'The third\nway' });
    await eventually(() =>
      expect(scene.intake.accepted).toMatchObject([{ kind: 'button', value: 'choose:other', text: 'The third\nway' }]),
    );
    expect(fake.answers[0]).toMatchObject({ kind: 'form', form: { title: 'What else?', custom_id: 'choose:other' } });
  });

  it('are a menu where there are many', async () => {
    const { fake, sender } = scene;
    await scene.listen();
    const conversation = `discord:${fake.guild}:${fake.channel}`;
    const id = await sender.post(conversation, { text: 'Which?' }, { key: key(1), buttons: buttons(12) });
    expect((await fake.messages(fake.channel))[0]!.buttons).toEqual(buttons(12).map(({ label }) => label));
    await fake.press(fake.channel, id, 'Choice 11');
    await eventually(() => expect(scene.intake.accepted).toMatchObject([{ kind: 'button', value: 'choose:11' }]));
    await eventually(() => expect(fake.answers).toMatchObject([{ kind: 'quiet' }]));
  });
});

describe('a pause', () => {
  it('leaves nothing out: channels, threads, direct messages, in their order', async () => {
    const { fake } = scene;
    const direct = await fake.openDirect();
    const first = await scene.listen();
    await fake.say(direct, 'Before');
    await expectHeard('Before');
    await first.stop();
    scene.intake.accepted.length = 0;
    const thread = await fake.openThread(fake.channel, 'New');
    for (const text of ['one', 'two', 'three']) await fake.say(thread, text);
    await fake.say(fake.channel, 'in the channel');
    await fake.say(direct, 'in private', {});
    await scene.listen();
    await eventually(() => expect(said().toSorted()).toEqual(['in private', 'in the channel', 'one', 'three', 'two']));
    const ofThread = scene.taken('message').filter(({ place }) => place.conversation.endsWith(thread));
    expect(ofThread.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  it('brings the first direct message ever, too, if it was heard and not taken in', async () => {
    const { fake } = scene;
    const direct = await fake.openDirect();
    const first = await scene.listen();
    scene.intake.refuse(Infinity);
    await fake.say(direct, 'Hello?');
    await eventually(() => expect(scene.intake.offered.length).toBeGreaterThan(0));
    await first.stop();
    scene.intake.refuse(0);
    await scene.listen();
    await expectHeard('Hello?');
  });

  it('brings nothing from before the bot came', async () => {
    const { fake } = scene;
    await fake.say(fake.channel, 'Long ago');
    await scene.listen();
    await fake.say(fake.channel, 'Now');
    await expectHeard('Now');
  });

  it('brings everything of more than one page', async () => {
    const { fake } = scene;
    const first = await scene.listen();
    await first.stop();
    const texts = Array.from({ length: 120 }, (_, i) => `message ${i}`);
    for (const text of texts) await fake.say(fake.channel, text);
    await scene.listen();
    await expectHeard(...texts);
  });

  it('that was short is resumed', async () => {
    const { fake } = scene;
    await scene.listen();
    fake.disconnect({ sessions: 'kept' });
    await fake.say(fake.channel, 'While away');
    await expectHeard('While away');
    await fake.say(fake.channel, 'And after');
    await expectHeard('While away', 'And after');
    expect(fake.connections).toEqual({ identified: 1, resumed: 1 });
  });

  // discord.js leaves five seconds between two logins.
  it('after which the session is lost is looked through, before anything new', { timeout: 30_000 }, async () => {
    const { fake } = scene;
    await scene.listen();
    await fake.say(fake.channel, 'First');
    await expectHeard('First');
    fake.disconnect({ sessions: 'lost' });
    await fake.say(fake.channel, 'While away');
    await expectHeard('First', 'While away');
    await fake.say(fake.channel, 'And after');
    await expectHeard('First', 'While away', 'And after');
    expect(fake.connections.identified).toBe(2);
  });

  it('connects anew where Discord ended the connection for good, and says that it hears nothing where that is no use', async () => {
    const { fake } = scene;
    const listener = await scene.listen();
    expect(listener.isHearing?.()).toBe(true);
    // Invalid API version: the client itself gives up here.
    fake.disconnect({ sessions: 'lost', code: 4012 });
    await eventually(() => expect(fake.connections.identified).toBe(2));
    await eventually(() => expect(listener.isHearing?.()).toBe(true));
    await fake.say(fake.channel, 'Still there?');
    await expectHeard('Still there?');
    // Disallowed intents: nothing but other settings will do.
    fake.disconnect({ sessions: 'lost', code: 4014 });
    await eventually(() => expect(listener.isHearing?.()).toBe(false));
  });
});

describe('what is set up wrong', () => {
  const startWith = (settings: Record<string, string>): Promise<void> =>
    createDiscordListener(discordSettings.parse(settings), scene.world).start(() => Promise.resolve());

  it('is told at the start: the token', async () => {
    const DISCORD_BOT_TOKEN = scene.fake.token.replace('GfakeT', 'Gwrong');
    const started = startWith({ DISCORD_BOT_TOKEN, DISCORD_API_ROOT: scene.fake.url });
    await expect(started).rejects.toBeInstanceOf(Misconfigured);
    await expect(started).rejects.toThrow('DISCORD_BOT_TOKEN');
  });

  it('is told at the start: the privileged intent', async () => {
    await scene.close();
    scene = await setDiscordScene({ contentIntent: false });
    const started = startWith({ DISCORD_BOT_TOKEN: scene.fake.token, DISCORD_API_ROOT: scene.fake.url });
    await expect(started).rejects.toBeInstanceOf(Misconfigured);
    await expect(started).rejects.toThrow('MESSAGE CONTENT INTENT');
  });
});
