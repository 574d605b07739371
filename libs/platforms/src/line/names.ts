import { LRUCache } from 'lru-cache';
import { calling } from './errors.ts';
import type { LineApi } from './api.ts';
import type { Address } from './conversation.ts';

/** Milliseconds that a name is believed for. */
const KEPT = 3_600_000;
/** Milliseconds to wait for one: LINE waits for us meanwhile. */
const PATIENCE = 2000;
const MOST = 5000;

/** Tells what people call themselves; where LINE does not say, the end of their id. Never fails. */
export type Names = (user: string, at: Address) => Promise<string>;

const ask = (api: LineApi, user: string, { kind, id }: Address): Promise<{ displayName: string }> => {
  if (kind === 'group') return api.getGroupMemberProfile(id, user);
  if (kind === 'room') return api.getRoomMemberProfile(id, user);
  return api.getProfile(user);
};

/** Asks LINE, and remembers for an hour. */
export const createNames = (api: LineApi): Names => {
  const known = new LRUCache<string, { name: string; until: number }>({ max: MOST });
  return async (user, at) => {
    const key = `${at.id} ${user}`;
    const cached = known.get(key);
    if (cached && cached.until > Date.now()) return cached.name;
    try {
      const options = { repeatable: true, patience: PATIENCE };
      const { displayName } = await calling('the profile', options, () => ask(api, user, at));
      const name = displayName.trim().slice(0, 200).toWellFormed();
      if (name === '') return `…${user.slice(-6)}`;
      known.set(key, { name, until: Date.now() + KEPT });
      return name;
    } catch {
      return cached?.name ?? `…${user.slice(-6)}`;
    }
  };
};
