import { half, type Platform } from '../port.ts';
import { discordSenderSettings, discordSettings } from './settings.ts';

/** Discord: servers with channels and threads, and direct messages; heard through the gateway. */
export const discord: Platform = {
  name: 'discord',
  hearing: half({
    switch: 'DISCORD_BOT_TOKEN',
    settings: discordSettings,
    create: async (settings, world) => (await import('./listener.ts')).createDiscordListener(settings, world),
  }),
  writing: half({
    switch: 'DISCORD_BOT_TOKEN',
    settings: discordSenderSettings,
    create: async (settings) => (await import('./sender.ts')).createDiscordSender(settings),
  }),
  examine: async (values) => (await import('./examine.ts')).examineDiscord(discordSettings.parse(values)),
};
