import type { Place } from '@threadbox/schemas';
import { ChannelType } from 'discord.js';
import { conversationId } from './conversation.ts';
import type { DiscordUser } from './event.ts';

/** Who the bot is, and what its conversations begin with. */
export type Bot = { prefix: string; id: string };

/**
 * What is known of a channel: its server (none for a direct message), its kind, what it stands below, and whether the bot
 * lacks the permission to start threads there.
 */
export type Channel = {
  id: string;
  guild: string | undefined;
  type: number;
  parent: string | undefined;
  closedToThreads?: boolean;
};

const threadTypes: readonly number[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

const growingTypes: readonly number[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];

/** Whether it is a thread, the posts of a forum included. */
const isThread = ({ type }: Pick<Channel, 'type'>): boolean => threadTypes.includes(type);

/** Whether a thread can grow from any message there. */
export const growsThreads = ({ type, closedToThreads }: Pick<Channel, 'type' | 'closedToThreads'>): boolean =>
  growingTypes.includes(type) && closedToThreads !== true;

const nameOf = ({ username, global_name }: DiscordUser, nick: string | null | undefined): string =>
  (nick || global_name || username).slice(0, 200).toWellFormed();

/** Where something happened, and by whom. `grownFrom`: the message whose thread it belongs to, where there is none yet. */
export const placeOf = (
  bot: Bot,
  channel: Channel,
  by: { user: DiscordUser; nick: string | null | undefined },
  grownFrom?: string,
): Place => {
  const isBelow = isThread(channel) && channel.parent !== undefined;
  const address = isBelow
    ? { guild: channel.guild, channel: channel.parent!, thread: channel.id }
    : { guild: channel.guild, channel: channel.id, thread: grownFrom };
  return {
    platform: 'discord',
    workspace: channel.guild === undefined ? `discord:dm-${bot.id}` : `discord:${channel.guild}`,
    conversation: conversationId(bot.prefix, address),
    direct: channel.guild === undefined,
    ...(channel.guild !== undefined && growsThreads(channel) && grownFrom === undefined && { threads: true }),
    author: { id: `discord:${by.user.id}`, name: nameOf(by.user, by.nick) },
  };
};
