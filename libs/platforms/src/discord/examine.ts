import { ApplicationFlags, Routes } from 'discord.js';
import { z } from 'zod';
import type { Finding } from '../port.ts';
import { invitation, missingPermissions } from './permissions.ts';
import { createCall } from './rest.ts';
import type { DiscordSettings } from './settings.ts';

const Application = z.object({ id: z.string(), name: z.string(), flags: z.int().optional() });
const Guilds = z.array(z.object({ id: z.string(), name: z.string(), permissions: z.string() }));

const contentFlags = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

const permissionFinding = ({ name, permissions }: z.infer<typeof Guilds>[number], invite: string): Finding => {
  const missing = missingPermissions(BigInt(permissions));
  const fix = `It lacks ${missing.join(', ')} there: open ${invite} and choose the server again.`;
  return { what: `its permissions in ${name}`, fix: missing.length === 0 ? undefined : fix };
};

/** Asks Discord about the token, the privileged intent, and the servers that let the bot in. */
export const examineDiscord = async (settings: DiscordSettings): Promise<readonly Finding[]> => {
  const call = createCall(settings, 10_000);
  let application;
  try {
    application = Application.parse(
      await call('tell who the bot is', [], (rest) => rest.get(Routes.currentApplication())),
    );
  } catch (error) {
    return [{ what: 'the token', fix: error instanceof Error ? error.message : String(error) }];
  }
  const { id, name, flags = 0 } = application;
  const invite = invitation(id);
  const findings: Finding[] = [
    { what: `the token belongs to ${name}`, fix: undefined },
    {
      what: 'Message Content Intent',
      fix:
        (flags & contentFlags) !== 0
          ? undefined
          : `Switch it on: https://discord.com/developers/applications/${id}/bot, Privileged Gateway Intents, MESSAGE CONTENT INTENT, Save Changes.`,
    },
  ];
  const guilds = Guilds.parse(await call('list its servers', [], (rest) => rest.get(Routes.userGuilds())));
  if (guilds.length === 0) findings.push({ what: 'servers', fix: `None has let the bot in: open ${invite}` });
  const known = new Set(guilds.map((guild) => guild.id));
  for (const guild of settings.DISCORD_GUILDS ?? [])
    if (!known.has(guild))
      findings.push({ what: `DISCORD_GUILDS: ${guild}`, fix: `The bot is not there: open ${invite}` });
  return [...findings, ...guilds.map((guild) => permissionFinding(guild, invite))];
};
