import { ChannelType, PermissionFlagsBits as Permission, type Client } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import type { Accept } from '../port.ts';
import { beginAnswer, showForm } from './answer.ts';
import type { Bookmarks } from './bookmarks.ts';
import { catchUp, type Stale } from './catch-up.ts';
import { toPortError } from './errors.ts';
import { DiscordInteraction, DiscordMessage, DiscordReaction } from './event.ts';
import { openFile } from './files.ts';
import { editIncoming, messageIncoming, reactionIncoming, type Reading } from './incoming.ts';
import { askedBy } from './interaction.ts';
import type { Intake } from './lanes.ts';
import type { Channel } from './places.ts';

/** An interaction is tried for so long, in milliseconds: Discord lets it be answered for 15 minutes. */
const PATIENCE = 10 * 60_000;
/** An edit that Discord tells of this much later is none: it was pinned, or its preview changed. */
const EDIT_AGE = 10 * 60_000;
const REMEMBERED = 1000;
const threadPermissions = [Permission.CreatePublicThreads, Permission.SendMessagesInThreads];

/** Takes events of Discord's in, each in its turn in the lane of its channel. Nothing of it throws. */
export type Hearing = {
  message: (raw: unknown) => void;
  /** Looks through a channel for what was said while nobody listened. */
  missed: (channel: Stale) => void;
  edit: (raw: unknown) => void;
  reaction: (raw: unknown) => void;
  interaction: (raw: unknown) => void;
};

type Parts = {
  client: Client<true>;
  prefix: string;
  log: PlatformLog;
  accept: Accept;
  intake: Intake;
  bookmarks: Bookmarks;
};

/** Asks Discord for something that an event leaves out; what it throws is an error of the port. */
const look = async <Result>(what: string, call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call();
  } catch (error) {
    throw toPortError(error, what, ['View Channels']);
  }
};

/** Hears for one connected bot. */
export const createHearing = ({ client, prefix, log, accept, intake, bookmarks }: Parts): Hearing => {
  const bot = { prefix, id: client.user.id };
  const edited = new LRUCache<string, string>({ max: REMEMBERED });

  const channelOf = async (id: string, guild: string | undefined): Promise<Channel> => {
    if (guild === undefined) return { id, guild, type: ChannelType.DM, parent: undefined };
    const found = client.channels.cache.get(id) ?? (await look('look a channel up', () => client.channels.fetch(id)));
    if (!found) throw new Refused('the channel is gone');
    const granted = 'permissionsFor' in found ? found.permissionsFor(client.user) : null;
    return {
      id,
      guild,
      type: found.type,
      parent: ('parentId' in found && found.parentId) || undefined,
      closedToThreads: granted?.has(threadPermissions) === false,
    };
  };

  const readingIn = (guild: string | undefined): Reading => {
    const server = guild === undefined ? undefined : client.guilds.cache.get(guild);
    return {
      bot,
      botRole: server?.roles.botRoleFor(client.user)?.id,
      open: openFile,
      names: {
        channel: (id) => {
          const found = client.channels.cache.get(id);
          return found && 'name' in found ? (found.name ?? undefined) : undefined;
        },
        role: (id) => server?.roles.cache.get(id)?.name,
      },
    };
  };

  const read = <Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> | undefined => {
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    const paths = parsed.error.issues.map(({ path }) => path.join('.'));
    log.error({ paths }, 'an event of Discord could not be read and is left out');
    return undefined;
  };

  const isNewEdit = ({ id, edited_timestamp: at }: DiscordMessage): boolean => {
    if (!at || Date.now() - Date.parse(at) > EDIT_AGE || edited.get(id) === at) return false;
    edited.set(id, at);
    return true;
  };

  const readMessage = (raw: unknown): DiscordMessage | undefined => {
    const message = read(DiscordMessage, raw);
    return message?.author.id === bot.id ? undefined : message;
  };

  const takeMessage = async (message: DiscordMessage): Promise<void> => {
    const { id, channel_id: channel, guild_id: guild } = message;
    const incoming = messageIncoming(message, await channelOf(channel, guild), readingIn(guild));
    if (incoming === undefined) return;
    await accept(incoming);
    await bookmarks.took(channel, id);
  };

  return {
    message: (raw) => {
      const message = readMessage(raw);
      if (message === undefined) return;
      if (message.guild_id === undefined) void bookmarks.met(message.channel_id);
      void intake.take(message.channel_id, () => takeMessage(message));
    },
    missed: (channel) => {
      const take = async (raw: unknown): Promise<void> => {
        const message = readMessage(raw);
        if (message) await takeMessage(message);
      };
      void intake.take(channel.id, () => catchUp(client, bookmarks, channel, take, log));
    },
    edit: (raw) => {
      // Discord may tell of a preview with nothing but the preview.
      const message = DiscordMessage.safeParse(raw).data;
      if (message === undefined || message.author.bot === true || !isNewEdit(message)) return;
      const { channel_id: channel, guild_id: guild } = message;
      void intake.take(channel, async () => {
        const incoming = editIncoming(message, await channelOf(channel, guild), readingIn(guild));
        if (incoming) await accept(incoming);
      });
    },
    reaction: (raw) => {
      const reaction = read(DiscordReaction, raw);
      if (reaction === undefined || reaction.message_author_id !== bot.id || reaction.user_id === bot.id) return;
      const { channel_id: channel, guild_id: guild, user_id: id, member } = reaction;
      void intake.take(channel, async () => {
        const known = member?.user ?? (await look('look a person up', () => client.users.fetch(id)));
        const user =
          'globalName' in known
            ? { id, username: known.username, global_name: known.globalName, bot: known.bot }
            : known;
        const incoming = reactionIncoming(reaction, await channelOf(channel, guild), user, { bot });
        if (incoming) await accept(incoming);
      });
    },
    interaction: (raw) => {
      const interaction = read(DiscordInteraction, raw);
      const asked = interaction && askedBy(interaction, bot);
      if (!interaction || !asked) return;
      const answering = { rest: client.rest, log };
      if (asked.kind === 'form') return void showForm(answering, interaction, asked.value, asked.prompt);
      const answer = beginAnswer(answering, interaction, asked.answer);
      void intake.take(interaction.channel_id, () => accept(asked.incoming), {
        patience: PATIENCE,
        after: (isTaken) => (isTaken ? answer.taken() : answer.failed()),
      });
    },
  };
};
