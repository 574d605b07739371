import { DiscordAPIError, REST } from 'discord.js';
import { toPortError } from './errors.ts';
import type { PermissionName } from './permissions.ts';
import type { DiscordSenderSettings } from './settings.ts';

/**
 * Runs calls of Discord's API; what it throws is an error of the port. `what` completes "Discord refused to …"; `needs`
 * are the permissions without which Discord says "missing permissions".
 */
export type Call = <Result>(
  what: string,
  needs: readonly PermissionName[],
  run: (rest: REST) => Promise<Result>,
) => Promise<Result>;

/** Discord never asks for longer, for all calls together, in milliseconds. */
const LONGEST_REST = 10 * 60_000;

/**
 * discord.js's REST client for one bot. It repeats nothing and waits for nothing by itself: whoever calls decides, and
 * is told how long Discord asks to wait, also where that is known before the call.
 */
export const createCall = (settings: DiscordSenderSettings, timeout: number): Call => {
  const rest = new REST({
    version: '10',
    api: settings.DISCORD_API_ROOT,
    timeout,
    retries: 0,
    offset: 0,
    rejectOnRateLimit: () => true,
  }).setToken(settings.DISCORD_BOT_TOKEN);
  return async (what, needs, run) => {
    // discord.js counts its calls a second by the system's clock: put back, it would wait until that has caught up.
    if (rest.globalReset > Date.now() + LONGEST_REST) rest.globalReset = -1;
    try {
      return await run(rest);
    } catch (error) {
      // After a 401 the client forgets its token, and would say something else from then on.
      if (error instanceof DiscordAPIError && error.status === 401) rest.setToken(settings.DISCORD_BOT_TOKEN);
      throw toPortError(error, what, needs);
    }
  };
};
