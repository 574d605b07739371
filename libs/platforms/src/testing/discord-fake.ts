/**
 * A fake that stands in for Discord in tests, on loopback: discord-digital-twin (REST and gateway, spoken to by the real
 * discord.js) with a server of ours in front of it that adds what it lacks and checks calls as Discord would:
 * nonces, uploads and a CDN, limits and unknown fields, thread ids, folded threads, answers that one person sees,
 * resumed and lost sessions, refused intents, direct messages, reactions, faults.
 */
import type { AddressInfo } from 'node:net';
import { createPeople, type DiscordPeople } from './discord-people.ts';
import { createDiscordProxy } from './discord-proxy.ts';
import { seenOnDiscord } from './discord-reading.ts';
import { type DiscordAnswer, type DiscordFailure, startState } from './discord-state.ts';
import type { SampleFile, StandingMessage } from './platform-harness.ts';

/** A running fake, and what tests do with it. */
export type FakeDiscord = DiscordPeople & {
  /** What DISCORD_API_ROOT is set to. */
  url: string;
  /** What DISCORD_BOT_TOKEN is set to. */
  token: string;
  bot: { id: string; name: string };
  guild: string;
  /** A text channel of the server. */
  channel: string;
  person: { id: string; name: string };
  /** The bot's messages in a channel or thread as people see them now, oldest first. */
  messages: (channel: string) => Promise<readonly StandingMessage[]>;
  /** The threads below a channel. */
  threads: (channel: string) => Promise<readonly { id: string; name: string; archived: boolean }[]>;
  /** What the bot answered to interactions, for one person's eyes. */
  answers: readonly DiscordAnswer[];
  /** Every call of the bot's that changes something. */
  calls: readonly { method: string; path: string; body: unknown }[];
  failNext: (failure: DiscordFailure) => void;
  /** Nothing that was to fail, and has not yet, fails any more. */
  forgive: () => void;
  /** The bot is no longer wanted in this channel. */
  block: (channel: string) => void;
  /** Breaks the bot's connection; its session is there to resume, or is not. */
  disconnect: (options: { sessions: 'kept' | 'lost'; code?: number }) => void;
  /** How often a bot identified itself, and how often it resumed. */
  connections: Readonly<{ identified: number; resumed: number }>;
  /** Tells the message that was told last once more. */
  redeliver: () => void;
  /** Tells connected bots something as it stands. */
  tell: (event: string, data: Record<string, unknown>) => void;
  close: () => Promise<void>;
};

const PEOPLE = [
  { id: '1000000000000000042', name: 'Ada Lovelace' },
  { id: '1000000000000000043', name: 'Grace Hopper' },
] as const;

type Row = { components: { label?: string; options?: { label: string }[] }[] };

/** Starts a fake on a free port of loopback. `contentIntent`: whether Message Content is switched on for the bot. */
export const startFakeDiscord = async ({ contentIntent = true, port = 0 } = {}): Promise<FakeDiscord> => {
  const state = await startState({ contentIntent, people: PEOPLE });
  const server = createDiscordProxy(state);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { twin, gateway } = state;

  const fileOf = (attachments: string): SampleFile | undefined => {
    const [first] = JSON.parse(attachments) as { id: string }[];
    return first && state.files.get(first.id);
  };
  return {
    ...createPeople(state, () => origin),
    url: `${origin}/api`,
    token: state.token,
    bot: { id: twin.botUserId, name: 'Threadbox' },
    guild: state.guild,
    channel: state.channel,
    person: { id: PEOPLE[0].id, name: PEOPLE[0].name },
    messages: async (channel) => {
      const where = { channelId: channel, authorId: twin.botUserId };
      const found = await twin.prisma.message.findMany({ where, orderBy: { id: 'asc' } });
      return found.map(({ id, content, components, attachments }) => {
        const below = (JSON.parse(components) as Row[]).flatMap((row) => row.components);
        const file = fileOf(attachments);
        return {
          id,
          text: seenOnDiscord(content),
          buttons: below.flatMap(({ label, options }) => label ?? options?.map((option) => option.label) ?? []),
          ...(file && { file }),
        };
      });
    },
    threads: async (channel) => {
      const found = await twin.prisma.channel.findMany({ where: { parentId: channel }, orderBy: { id: 'asc' } });
      return found.map(({ id, name, archived }) => ({ id, name: name ?? '', archived }));
    },
    answers: state.answers,
    calls: state.calls,
    failNext: (failure) => void state.failures.push(failure),
    forgive: () => void state.failures.splice(0),
    block: (channel) => void state.gone.add(channel),
    disconnect: gateway.disconnect,
    connections: gateway.counts,
    redeliver: () => {
      const last = gateway.last('MESSAGE_CREATE');
      if (last) gateway.tell('MESSAGE_CREATE', last);
    },
    tell: gateway.tell,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await state.close();
    },
  };
};
