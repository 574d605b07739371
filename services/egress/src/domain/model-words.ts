import { dollars, limitWord } from '@threadbox/schemas';
import type { LimitInForce } from './ledger.ts';

/** Each of these begins so: whoever shows the agent's errors to people knows them by it. */
const OURS = 'Threadbox: ';

/** What a sandbox hears whose user's own credential cannot be read. */
export const UNREADABLE_CREDENTIAL =
  'the key of whoever opened this session cannot be read any more: `/claude credential` takes a new one, `/claude delete credential` forgets it';

export const NO_LOG = `${OURS}the log that decides about calls cannot be reached, so nothing is let out. It comes back by itself.`;
export const NO_OPEN_SESSION = `${OURS}this sandbox has no open session.`;
export const NOT_JSON = `${OURS}a call must be a JSON object, or nobody could tell what it costs.`;
export const NO_BATCHES = `${OURS}batches are not passed on: what they cost is known too late.`;

/** What a sandbox is told that calls too often. */
export const tooFastWord = (seconds: number): string =>
  `${OURS}this sandbox calls the model too often. There is room again in ${seconds} s.`;

/** What a sandbox is told when a limit leaves no room for a call. */
export const limitReachedWord = (
  { scope, of, limit, used }: LimitInForce & { used: number },
  asked: number,
): string => {
  const whose = { workspace: 'this workspace', user: of, session: 'this session' }[scope];
  return `${OURS}a spending limit is reached. Of ${limitWord(limit)}, ${whose} has used ${dollars(used)}, and this call may cost ${dollars(asked)}.`;
};
