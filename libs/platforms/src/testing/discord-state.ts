import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DigitalDiscord, type DiscordGateway } from 'discord-digital-twin';
import { ChannelType, type APIUser } from 'discord.js';
import { type TestGateway, wrapGateway } from './discord-gateway.ts';
import type { SampleFile } from './platform-harness.ts';

/** How the bot's next write goes wrong, once. */
export type DiscordFailure =
  /** Answered with this status, and (in seconds) when to come back; nothing is done. */
  | { status: number; retryAfter?: number; code?: number }
  /** Done, and then the connection breaks before the answer. */
  | 'answer-lost';

/** An answer of the bot's to an interaction: how Discord was told, and the words that only that person sees. */
export type DiscordAnswer = {
  interaction: string;
  kind: 'word' | 'form' | 'wait' | 'quiet';
  text?: string;
  form?: unknown;
};

/** What the parts of the stand-in share. */
export type DiscordState = {
  twin: DigitalDiscord;
  gateway: TestGateway;
  token: string;
  users: Map<string, APIUser>;
  guild: string;
  /** The first text channel. */
  channel: string;
  person: APIUser;
  files: Map<string, SampleFile>;
  nonces: Map<string, string>;
  gone: Set<string>;
  failures: DiscordFailure[];
  answers: DiscordAnswer[];
  /** Every write of the bot so far. */
  calls: { method: string; path: string; body: unknown }[];
  close: () => Promise<void>;
};

const TOKEN = 'MTAwMDAwMDAwMDAwMDAwMDAx.GfakeT.for_tests_only-0123456789abcdefghijkl';

const apiUser = (id: string, username: string, bot: boolean): APIUser => ({
  id,
  username,
  global_name: username,
  discriminator: '0',
  avatar: null,
  bot,
});

/** Ids with as many digits as Discord's; they lie in the past, as the ids of what was made before do. */
const ids = { guild: '1000000000000000010', channel: '1000000000000000020', bot: '1000000000000000001' } as const;

/** The twin listens on every interface: again, on loopback alone. */
const onLoopback = async (server: Server, port: number): Promise<void> => {
  await new Promise((resolve) => server.close(resolve));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
};

/** Starts discord-digital-twin with a database of its own, a server with one channel, a bot and people. */
export const startState = async (options: {
  contentIntent: boolean;
  people: readonly { id: string; name: string }[];
}): Promise<DiscordState> => {
  const folder = await mkdtemp(join(tmpdir(), 'discord-twin-'));
  const twin = new DigitalDiscord({
    dbUrl: `file:${join(folder, 'twin.db')}`,
    botToken: TOKEN,
    botUser: { id: ids.bot, username: 'Threadbox' },
    guild: { id: ids.guild, name: 'A server' },
    channels: [{ id: ids.channel, name: 'general', type: ChannelType.GuildText }],
    users: options.people.map(({ id, name }) => ({ id, username: name })),
  });
  await twin.start();
  const users = new Map(options.people.map(({ id, name }) => [id, apiUser(id, name, false)]));
  users.set(ids.bot, apiUser(ids.bot, 'Threadbox', true));
  // Its gateway is part of its server, which it has no name for outside.
  const { gateway, httpServer } = twin['server'] as unknown as { gateway: DiscordGateway; httpServer: Server };
  await onLoopback(httpServer, twin.port);
  return {
    twin,
    gateway: wrapGateway(gateway, { users, contentIntent: options.contentIntent }),
    token: TOKEN,
    users,
    guild: ids.guild,
    channel: ids.channel,
    person: users.get(options.people[0]!.id)!,
    files: new Map(),
    nonces: new Map(),
    gone: new Set(),
    failures: [],
    answers: [],
    calls: [],
    close: async () => {
      await twin.stop();
      httpServer.closeAllConnections();
      await twin.prisma.$disconnect();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
