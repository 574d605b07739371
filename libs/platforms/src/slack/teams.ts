import { Misconfigured, Refused } from '../errors.ts';
import type { World } from '../port.ts';
import { createClient, type SlackClient } from './client.ts';
import { calling } from './errors.ts';
import type { SlackSenderSettings } from './settings.ts';

/** How long a team's token is believed before the vault is asked again, in milliseconds: people install anew. */
const BELIEVED = 60_000;

/** What is known of a team that the app is installed in. */
type Team = { token: string; client: SlackClient };

/** Who the bot is in a team. */
type Identity = { userId: string; botId: string | undefined };

/** The teams that the app is installed in. */
export type Teams = {
  /** Throws `Refused` where the app is not installed there. */
  find: (team: string) => Promise<Team>;
  /** Asked of Slack once for each team. */
  identity: (team: string) => Promise<Identity>;
  /** The app was installed there. */
  add: (team: string, token: string) => Promise<void>;
  /** The app was removed there. */
  remove: (team: string) => Promise<void>;
};

/** Teams by SLACK_BOT_TOKEN, or else by the vault (`<prefix>/<team>`). Throws `Misconfigured` where there is neither. */
export const createTeams = (
  settings: SlackSenderSettings,
  { prefix, vault }: Pick<World, 'prefix' | 'vault'>,
  timeout: number,
): Teams => {
  const { SLACK_BOT_TOKEN: single } = settings;
  if (single === undefined && vault === undefined)
    throw new Misconfigured(
      'Slack keeps the tokens of several workspaces in the vault: set THREADBOX_SECRET_KEY (or SLACK_BOT_TOKEN for one workspace).',
    );
  const found = new Map<string, { team: Team; until: number }>();
  const identities = new Map<string, Identity>();
  const remember = (name: string, token: string): Team => {
    const known = found.get(name)?.team;
    const team = known?.token === token ? known : { token, client: createClient(settings, token, timeout) };
    found.set(name, { team, until: single === undefined ? Date.now() + BELIEVED : Infinity });
    return team;
  };
  const find = async (name: string): Promise<Team> => {
    const known = found.get(name);
    if (known && known.until > Date.now()) return known.team;
    const token = single ?? (await vault!.read(`${prefix}/${name}`));
    if (!token) throw new Refused('the app is not installed in this workspace');
    return remember(name, token);
  };
  return {
    find,
    identity: async (name) => {
      const known = identities.get(name);
      if (known) return known;
      const { client } = await find(name);
      const me = await calling('auth.test', true, () => client.auth.test());
      const identity = { userId: me.user_id ?? '', botId: me.bot_id };
      identities.set(name, identity);
      return identity;
    },
    add: async (name, token) => {
      if (single === undefined) await vault!.write(`${prefix}/${name}`, token);
      identities.delete(name);
      remember(name, single ?? token);
    },
    remove: async (name) => {
      identities.delete(name);
      found.delete(name);
      // The vault forgets nothing: an empty value stands for none.
      if (single === undefined) await vault!.write(`${prefix}/${name}`, '');
    },
  };
};
