/**
 * What was said while nobody listened, fetched over REST. Discord's gateway delivers an event once: a resumed connection
 * brings what it missed, but after a restart, or where the session was lost, nothing comes by itself.
 * It covers channels and active threads that the bot can see, and direct messages with people who wrote to it before.
 * It cannot cover: a first direct message ever, reactions and edits (the last wording of a message is what is fetched),
 * commands and buttons (Discord told the person that they failed), and more than 5000 messages of one channel.
 */
import { ChannelType, RESTJSONErrorCodes as Code, Routes, type Client } from 'discord.js';
import { z } from 'zod';
import type { PlatformLog } from '../log.ts';
import { type Bookmarks, isLater } from './bookmarks.ts';
import { hasCode, toPortError } from './errors.ts';

/** Messages that one call brings at most (Discord, Get Channel Messages), and calls for one channel. */
const limits = { page: 100, pages: 50 } as const;

const Ids = z.array(z.looseObject({ id: z.string() }));

/** A channel that may have something new. */
export type Stale = { id: string; guild: string | undefined };

const forums: readonly number[] = [ChannelType.GuildForum, ChannelType.GuildMedia];

/** The channels and threads where something was said after what was taken in last. */
export const staleChannels = async (client: Client, bookmarks: Bookmarks, log: PlatformLog): Promise<Stale[]> => {
  const stale = new Map<string, Stale>(bookmarks.direct().map((id) => [id, { id, guild: undefined }]));
  const look = (id: string, guild: string, last: string | null | undefined): void => {
    if (last && isLater(last, bookmarks.last(id))) stale.set(id, { id, guild });
  };
  for (const guild of client.guilds.cache.values()) {
    for (const channel of guild.channels.cache.values())
      if ('lastMessageId' in channel && !forums.includes(channel.type))
        look(channel.id, guild.id, channel.lastMessageId);
    try {
      const { threads } = await guild.channels.fetchActiveThreads();
      for (const thread of threads.values()) look(thread.id, guild.id, thread.lastMessageId);
    } catch (error) {
      const err = toPortError(error, 'list threads', []);
      log.warn({ err, guild: guild.id }, 'the threads of a Discord server could not be looked through');
    }
  }
  return [...stale.values()];
};

/** Hands over each message of a channel that came after the last one taken in, oldest first. Where it throws, it can be repeated. */
export const catchUp = async (
  client: Client,
  bookmarks: Bookmarks,
  { id, guild }: Stale,
  take: (raw: unknown) => Promise<void>,
  log: PlatformLog,
): Promise<void> => {
  let after = bookmarks.last(id);
  for (let page = 0; page < limits.pages; page += 1) {
    const query = new URLSearchParams({ after, limit: String(limits.page) });
    let messages;
    try {
      messages = Ids.parse(await client.rest.get(Routes.channelMessages(id), { query }));
    } catch (error) {
      // It cannot be seen, or is gone: nothing was said to the bot there.
      if (hasCode(error, Code.MissingAccess, Code.MissingPermissions, Code.UnknownChannel)) return;
      throw toPortError(error, 'fetch what was said', ['Read Message History']);
    }
    const inOrder = messages.toSorted((a, b) => (isLater(a.id, b.id) ? 1 : -1));
    for (const message of inOrder) await take({ ...message, guild_id: guild });
    if (messages.length < limits.page) return;
    after = inOrder.at(-1)!.id;
  }
  log.warn({ channel: id }, 'more was said in a Discord channel than is caught up with; some of it was left out');
};
