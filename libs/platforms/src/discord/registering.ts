import { Routes, type Client } from 'discord.js';
import { registration } from './command-tree.ts';

/** Tells Discord about `/claude`: everywhere, or in these servers by themselves and else only in direct messages. */
export const registerCommands = async (client: Client<true>, guilds: readonly string[] = []): Promise<void> => {
  const { id } = client.application;
  const where = guilds.length === 0 ? 'everywhere' : 'direct messages';
  await client.rest.put(Routes.applicationCommands(id), { body: [registration(where)] });
  for (const guild of guilds)
    await client.rest.put(Routes.applicationGuildCommands(id, guild), { body: [registration('one server')] });
};
