import { half, type Platform } from '../port.ts';
import { discordSenderSettings, discordSettings } from './settings.ts';

/** Discord: servers with channels and threads, and direct messages; heard through the gateway. */
export const discord: Platform = {
  name: 'discord',
  hearing: half({
    switch: 'DISCORD_BOT_TOKEN',
    settings: discordSettings,
    create: async (settings, world) => (await import('./listener.ts')).createDiscordListener(settings, world),
    examine: async (settings) => (await import('./examine.ts')).examineDiscord(settings),
  }),
  writing: half({
    switch: 'DISCORD_BOT_TOKEN',
    settings: discordSenderSettings,
    create: async (settings) => (await import('./sender.ts')).createDiscordSender(settings),
  }),
};
