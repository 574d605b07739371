import { LRUCache } from 'lru-cache';
import { calling } from './errors.ts';
import type { Teams } from './teams.ts';

/** How long a name is believed, in milliseconds; people seldom change theirs. */
const BELIEVED = 60 * 60_000;
const KEPT = 5000;

/** The name of a person as people see it; undefined where Slack does not tell. */
export type NameOf = (team: string, user: string) => Promise<string | undefined>;

/** Names by `users.info`, each asked for once an hour. Never throws: a name is a courtesy. */
export const createNames = (teams: Teams): NameOf => {
  const known = new LRUCache<string, { name: Promise<string | undefined>; until: number }>({ max: KEPT });
  const ask = async (team: string, user: string): Promise<string | undefined> => {
    const { client } = await teams.find(team);
    const { user: found } = await calling('users.info', true, () => client.users.info({ user }));
    const name = found?.profile?.display_name || found?.profile?.real_name || found?.real_name || found?.name;
    return name?.slice(0, 200).toWellFormed();
  };
  return (team, user) => {
    const key = `${team}:${user}`;
    const cached = known.get(key);
    if (cached && cached.until > Date.now()) return cached.name;
    const name = ask(team, user).catch(() => {
      known.delete(key);
      return undefined;
    });
    known.set(key, { name, until: Date.now() + BELIEVED });
    return name;
  };
};
