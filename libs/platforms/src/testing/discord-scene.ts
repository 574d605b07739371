import { createDiscordListener } from '../discord/listener.ts';
import { createDiscordSender } from '../discord/sender.ts';
import { discordSettings } from '../discord/settings.ts';
import type { Incoming, Listener, Sender, World } from '../port.ts';
import { createIntake, type Intake } from './contract-scene.ts';
import { type FakeDiscord, startFakeDiscord } from './discord-fake.ts';
import { testWorld } from './test-world.ts';

/** Both halves of Discord against the fake, for tests of what only Discord has. */
export type DiscordScene = {
  fake: FakeDiscord;
  world: Omit<World, 'bus'>;
  intake: Intake;
  sender: Sender;
  /** A further listener with the same world, started. */
  listen: (more?: Record<string, string>) => Promise<Listener>;
  /** What was taken in so far of this kind. */
  taken: <Kind extends Incoming['kind']>(kind: Kind) => Extract<Incoming, { kind: Kind }>[];
  close: () => Promise<void>;
};

/** A scene in which nobody listens yet. */
export const setDiscordScene = async (options?: { contentIntent: boolean }): Promise<DiscordScene> => {
  const fake = await startFakeDiscord(options);
  const world = testWorld('discord');
  const intake = createIntake();
  const listeners: Listener[] = [];
  const settings = { DISCORD_BOT_TOKEN: fake.token, DISCORD_API_ROOT: fake.url };
  return {
    fake,
    world,
    intake,
    sender: createDiscordSender(discordSettings.parse(settings)),
    listen: async (more) => {
      const listener = createDiscordListener(discordSettings.parse({ ...settings, ...more }), world);
      listeners.push(listener);
      await listener.start(intake.accept);
      return listener;
    },
    taken: <Kind extends Incoming['kind']>(kind: Kind) =>
      intake.accepted.filter((each): each is Extract<Incoming, { kind: Kind }> => each.kind === kind),
    close: async () => {
      for (const listener of listeners) await listener.stop();
      await fake.close();
    },
  };
};
