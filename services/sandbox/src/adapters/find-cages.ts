import type { Cages } from './cage.ts';
import { findCgroups } from './cgroups.ts';
import type { Limits } from './limits.ts';
import { findSystemd } from './systemd-scope.ts';

/**
 * How this machine lets us make cages: cgroups that we may write (as root, or where they were delegated to us), else scopes of
 * systemd. Undefined where there is neither: then there is only somebody who looks now and then (`limits.ts`).
 */
export const findCages = async (limits: Limits): Promise<Cages | undefined> =>
  (await findCgroups(limits)) ?? (await findSystemd(limits));
