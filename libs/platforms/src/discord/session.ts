import { Events, GatewayDispatchEvents as Dispatch, type Client } from 'discord.js';
import { backOff as defaultBackOff, pause } from '../back-off.ts';
import type { PlatformLog } from '../log.ts';
import type { Accept } from '../port.ts';
import type { Bookmarks } from './bookmarks.ts';
import { staleChannels } from './catch-up.ts';
import { connect, createClient } from './connection.ts';
import { toPortError } from './errors.ts';
import { createGate } from './gate.ts';
import { createHearing, type Hearing } from './hearing.ts';
import type { Intake } from './lanes.ts';
import { registerCommands } from './registering.ts';
import type { DiscordSettings } from './settings.ts';

/** A connected bot that hears. */
export type Session = {
  name: string;
  /** Whether it is connected right now. */
  isUp: () => boolean;
  /** Up to which moment everything was heard, in milliseconds since 1970; undefined while that is not known. */
  heardUntil: () => number | undefined;
  close: () => Promise<void>;
};

type Parts = {
  settings: DiscordSettings;
  prefix: string;
  log: PlatformLog;
  signal: AbortSignal;
  backOff?: typeof defaultBackOff;
  bookmarks: Bookmarks;
  intake: Intake;
  accept: Accept;
  /** Discord ended the connection for good. */
  onEnd: (why: Error) => void;
};

/**
 * Connects a bot and hears, beginning with what was said while it was away; new messages wait for that. Throws where
 * the connection fails, `Misconfigured` where it will never succeed.
 */
export const openSession = async (parts: Parts): Promise<Session> => {
  const { settings, prefix, log, signal, backOff = defaultBackOff, bookmarks, intake, accept, onEnd } = parts;
  const client = createClient(settings);
  const gate = createGate('start');
  let hearing: Hearing | undefined;

  const lookBack = async (reason: string | number): Promise<void> => {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await bookmarks.open();
        for (const channel of await staleChannels(client, bookmarks, log)) hearing?.missed(channel);
        return gate.release(reason);
      } catch (error) {
        log.warn({ err: error, attempt }, 'what was said on Discord meanwhile could not be looked for; trying again');
        await pause(backOff(attempt), signal);
      }
    }
  };

  const listen = (event: Dispatch, to: keyof Omit<Hearing, 'missed'>): void => {
    client.ws.on(event, (raw: unknown) => gate.pass(() => hearing?.[to](raw)));
  };
  listen(Dispatch.MessageCreate, 'message');
  listen(Dispatch.MessageUpdate, 'edit');
  listen(Dispatch.MessageReactionAdd, 'reaction');
  // Not held back: Discord wants an answer within three seconds.
  client.ws.on(Dispatch.InteractionCreate, (raw: unknown) => hearing?.interaction(raw));
  client.on(Events.Error, () => log.warn({}, 'the Discord client reported an error'));
  client.on(Events.ShardError, () => log.warn({}, 'the connection to Discord failed; it is being restored'));

  try {
    await connect(client, settings.DISCORD_BOT_TOKEN, { signal, onEnd });
  } catch (error) {
    await client.destroy();
    throw error;
  }
  if (!client.isReady()) throw new Error('stopped');
  const me: Client<true> = client;
  hearing = createHearing({ client: me, prefix, log, accept, intake, bookmarks });

  // A connection that is resumed brings what it missed before it says so; a new one brings nothing.
  client.on(Events.ShardReconnecting, gate.hold);
  client.ws.on(Dispatch.Ready, (_: unknown, shard: number) => gate.hold(shard));
  client.on(Events.ShardResume, gate.release);
  client.on(Events.ShardReady, (shard) => void lookBack(shard));
  await lookBack('start');
  if (signal.aborted) {
    await client.destroy();
    throw new Error('stopped');
  }
  await registerCommands(me, settings.DISCORD_GUILDS).catch((error: unknown) =>
    log.warn({ err: toPortError(error, 'register /claude', []) }, 'the commands could not be registered with Discord'),
  );

  return {
    name: me.user.username,
    isUp: () => client.isReady(),
    heardUntil: () => {
      if (!gate.isOpen() || !client.isReady()) return undefined;
      // What Discord told before it answered a heartbeat has arrived before the answer.
      const beats = client.ws.shards.map(({ lastPingTimestamp }) => lastPingTimestamp);
      const until = Math.min(intake.oldest(), ...beats);
      return beats.length > 0 && until > 0 ? until : undefined;
    },
    close: () => client.destroy(),
  };
};
