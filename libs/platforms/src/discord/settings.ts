import { z } from 'zod';

/** Three parts with dots between them, as the Developer Portal shows it once; no placeholder has that many characters. */
const isToken = (text: string): boolean =>
  /^[\w-]{17,32}\.[\w-]{6,8}\.[\w-]{25,120}$/.test(text) && new Set(text).size >= 12;

const variables = z.object({
  /** The bot's token, from the Developer Portal. */
  DISCORD_BOT_TOKEN: z
    .string()
    .refine(isToken, 'not a bot token: get one from the Developer Portal (your application, Bot, Reset Token)'),
  /** Where Discord's API is; the gateway's address comes from there. */
  DISCORD_API_ROOT: z
    .url({ protocol: /^https?$/ })
    .default('https://discord.com/api')
    .transform((root) => root.replace(/\/+$/, '')),
  /** Servers in which `/claude` is registered by itself, which is instant; without it, it is registered everywhere. */
  DISCORD_GUILDS: z
    .string()
    .regex(/^\s*\d{15,20}(\s*,\s*\d{15,20})*\s*$/, 'server ids with commas between them')
    .transform((ids) => ids.split(',').map((id) => id.trim()))
    .optional(),
});

/** The settings of the Discord platform, by the names they have in the environment. Its errors name the variable. */
export const discordSettings = variables;
export type DiscordSettings = z.infer<typeof discordSettings>;

/** The part of the settings that a sender needs. */
export const discordSenderSettings = variables.pick({ DISCORD_BOT_TOKEN: true, DISCORD_API_ROOT: true });
export type DiscordSenderSettings = z.infer<typeof discordSenderSettings>;
