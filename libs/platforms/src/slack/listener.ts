import { backOff as defaultBackOff } from '../back-off.ts';
import { Misconfigured } from '../errors.ts';
import type { Listener, World } from '../port.ts';
import { type Attempts, createApp } from './app.ts';
import { createClient } from './client.ts';
import { calling } from './errors.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { createOAuth } from './oauth.ts';
import { modeOf, type SlackSettings } from './settings.ts';
import { createSocketReceiver } from './socket-receiver.ts';
import { createTakeIn } from './take-in.ts';
import { createTeams } from './teams.ts';

/** Milliseconds to wait for an answer; Slack itself waits three seconds for ours. */
const TIMEOUT = 2500;

/**
 * By HTTP Slack waits three seconds, and delivers an event again by itself, but nothing that a person did to a message.
 * By Socket Mode nothing waits, and what is not taken in is tried until it is.
 */
const attempts: Readonly<Record<'http' | 'socket', Attempts>> = {
  http: { event: 1, interaction: 3 },
  socket: { event: Infinity, interaction: Infinity },
};

/** Hears Slack through Bolt, by Socket Mode or HTTP; serves the pages of the installation where there are several teams. */
export const createSlackListener = (
  settings: SlackSettings,
  world: Pick<World, 'prefix' | 'log' | 'vault' | 'hints' | 'backOff'>,
): Listener => {
  const { prefix, log, hints, backOff = defaultBackOff } = world;
  const mode = modeOf(settings);
  const teams = createTeams(settings, world, TIMEOUT);
  const stopping = new AbortController();
  const { signal } = stopping;
  const http =
    mode === 'http' ? createHttpReceiver({ prefix, signingSecret: settings.SLACK_SIGNING_SECRET!, log }) : undefined;
  const socket = http ? undefined : createSocketReceiver(settings, { log, backOff });
  const receiver = http?.receiver ?? socket!;
  const oauth = settings.SLACK_CLIENT_ID === undefined ? undefined : createOAuth(settings, { prefix, teams, log });

  /** A wrong token is told at once; a Slack that cannot be reached is not a reason to stop. */
  const checkToken = async (token: string): Promise<void> => {
    const client = createClient(settings, token, 10_000);
    try {
      const me = await calling('auth.test', true, () => client.auth.test());
      log.info({ team: me.team_id, bot: me.user_id, mode }, `Slack: hearing as @${me.user} in ${me.team}`);
    } catch (error) {
      if (error instanceof Misconfigured) throw error;
      log.warn({ err: error }, 'Slack cannot be reached; trying again');
    }
  };

  return {
    // Slack would deal events out to several connections: those of one channel would lose their order.
    alone: mode === 'socket',
    start: async (accept) => {
      if (settings.SLACK_BOT_TOKEN !== undefined) await checkToken(settings.SLACK_BOT_TOKEN);
      const takeIn = createTakeIn({ accept, log, signal, backOff });
      createApp({ settings, prefix, receiver, teams, takeIn, attempts: attempts[mode], hints, log });
      await receiver.start();
    },
    ...((http || oauth) && {
      fetch: async (request: Request) =>
        (await oauth?.(request)) ?? (await http?.fetch(request)) ?? new Response(null, { status: 404 }),
    }),
    ...(socket && { isHearing: socket.isConnected }),
    stop: async () => {
      stopping.abort();
      await receiver.stop();
    },
  };
};
