import { recordName } from '../discord/bookmarks.ts';
import { createDiscordListener } from '../discord/listener.ts';
import { createDiscordSender } from '../discord/sender.ts';
import { discordSettings } from '../discord/settings.ts';
import type { Incoming, Listener } from '../port.ts';
import { startFakeDiscord } from './discord-fake.ts';
import type { Deed, PlatformHarness } from './platform-harness.ts';
import { testWorld } from './test-world.ts';

type Kept = { seen: string; channels: Record<string, string> };

/**
 * Discord as the contract suite sees it: both halves against the fake, a person in a thread. Discord asks for no receipt
 * of a message: it counts as received once the listener keeps that it need not be fetched any more. A command or a
 * button counts once Discord was answered.
 */
export const createDiscordHarness = async (): Promise<PlatformHarness> => {
  const fake = await startFakeDiscord();
  const thread = await fake.openThread(fake.channel, 'Talk');
  const settings = discordSettings.parse({ DISCORD_BOT_TOKEN: fake.token, DISCORD_API_ROOT: fake.url });
  const plain = testWorld('discord');
  let kept: Kept | undefined;
  const leave = async (name: string, text: string): Promise<void> => {
    await plain.hints.leave(name, text);
    if (name === recordName('discord')) kept = JSON.parse(text) as Kept;
  };
  const world = { ...plain, hints: { ...plain.hints, leave } };
  const taken: Incoming[] = [];
  let lastSaid = '';

  const isKept = (message: string): boolean => {
    const last = kept?.channels[thread];
    return last !== undefined && BigInt(last) >= BigInt(message);
  };
  const interaction = async (done: Promise<string>): Promise<Deed> => {
    const id = await done;
    return { received: () => fake.answers.some((answer) => answer.interaction === id && answer.kind !== 'wait') };
  };
  return {
    createListener: (): Listener => {
      const listener = createDiscordListener(settings, world);
      const start: Listener['start'] = (accept) =>
        listener.start(async (incoming) => {
          await accept(incoming);
          taken.push(incoming);
        });
      return { ...listener, start };
    },
    sender: createDiscordSender(settings),
    place: {
      platform: 'discord',
      workspace: `discord:${fake.guild}`,
      conversation: `discord:${fake.guild}:${fake.channel}:${thread}`,
      direct: false,
      author: { id: `discord:${fake.person.id}`, name: fake.person.name },
    },
    limit: 2000,
    measure: (text) => text.length,
    person: {
      say: async (text, file) => {
        const id = await fake.say(thread, text, file && { file });
        lastSaid = id;
        return { received: () => isKept(id) };
      },
      command: (line) => interaction(fake.command(thread, line)),
      press: (messageId, label) => interaction(fake.press(thread, messageId, label)),
      edit: async (text) => {
        await fake.edit(thread, lastSaid, text);
        return { received: () => taken.some((each) => each.kind === 'edit' && each.text === text) };
      },
      react: async (messageId) => {
        await fake.react(thread, messageId, '👍');
        return { received: () => taken.some(({ kind }) => kind === 'reaction') };
      },
      redeliver: () => Promise.resolve(fake.redeliver()),
    },
    standing: () => fake.messages(thread),
    fail: (fault) => {
      if (fault.kind === 'gone') fake.block(thread);
      else if (fault.kind === 'lost-answer') fake.failNext('answer-lost');
      else if (fault.kind === 'rate-limit') fake.failNext({ status: 429, retryAfter: fault.retryAfter / 1000 });
      else fake.failNext({ status: 502 });
      return Promise.resolve();
    },
    close: fake.close,
  };
};
