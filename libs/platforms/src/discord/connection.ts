import { Client, Events, GatewayCloseCodes, GatewayIntentBits as Intent, Options } from 'discord.js';
import { badToken, missingIntent } from './errors.ts';
import type { DiscordSettings } from './settings.ts';

/** What the bot hears. Message Content is privileged: it has to be switched on in the Developer Portal. */
const intents = [
  Intent.Guilds,
  Intent.GuildMessages,
  Intent.GuildMessageReactions,
  Intent.DirectMessages,
  Intent.DirectMessageReactions,
  Intent.MessageContent,
];

/** A gateway client that remembers channels and names, and nothing that was said: events are read as they come. */
export const createClient = ({ DISCORD_API_ROOT: api }: DiscordSettings): Client =>
  new Client({
    intents,
    rest: { api, version: '10' },
    shards: 'auto',
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      GuildMemberManager: { maxSize: 200, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 200, keepOverLimit: (user) => user.id === user.client.user.id },
    }),
  });

/** What is set up wrong where Discord ends a connection for good; undefined where it is something else. */
const misconfigured = (reason: unknown): Error | undefined => {
  if (reason === GatewayCloseCodes.DisallowedIntents) return missingIntent();
  return reason === GatewayCloseCodes.AuthenticationFailed || reason === 'TokenInvalid' ? badToken() : undefined;
};

/**
 * Connects a client; resolves once Discord has told of every server. Throws `Misconfigured` where the token or an intent
 * is refused, and a plain Error for any other reason. `onEnd`: Discord ended the connection for good later.
 */
export const connect = async (
  client: Client,
  token: string,
  { signal, onEnd }: { signal: AbortSignal; onEnd: (why: Error) => void },
): Promise<void> => {
  let isUp = false;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const onStop = (): void => ended.reject(new Error('stopped'));
  if (signal.aborted) onStop();
  else signal.addEventListener('abort', onStop, { once: true });
  const ready = new Promise<void>((resolve) => {
    client.once(Events.ClientReady, () => resolve());
  });
  client.on(Events.ShardDisconnect, ({ code }) => {
    const why = misconfigured(code) ?? new Error(`Discord ended the connection (code ${code})`);
    if (isUp) onEnd(why);
    else ended.reject(why);
  });
  const login = client.login(token).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'refused';
    // A refusal by the gateway has told its code a moment before.
    ended.reject(misconfigured(code) ?? new Error(`Discord's gateway could not be reached (${code})`));
  });
  await Promise.race([Promise.all([login, ready]), ended.promise]);
  isUp = true;
};
