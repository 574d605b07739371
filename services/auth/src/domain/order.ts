import { readLimit, readSaidDomain } from '@threadbox/schemas';
import type { WorkspaceCommand } from './workspace.ts';
import { NO_AMOUNT, NO_DOMAIN } from './words.ts';

/** A command of the workspace's, read; or what is wrong with it. */
export type Order = { ok: true; command: WorkspaceCommand } | { ok: false; problem: string };

/**
 * A person as the roster knows them: `<platform>:<id>`, whether written plain, with an @, or as a mention (`<@42>`,
 * `<@U7|ana>`). What names another platform is taken as it is.
 */
export const memberId = (platform: string, said: string): string => {
  const id = said.replace(/^<@!?([^|>]+)(?:\|[^>]*)?>$/, '$1').replace(/^@/, '');
  return /^[a-z]{2,20}:./.test(id) ? id : `${platform}:${id}`;
};

/** What an owner's command asks of the workspace. `by` is the account by which they own it. */
export const readOrder = (
  name: string,
  args: Readonly<Record<string, string>>,
  { by, platform }: { by: string; platform: string },
): Order => {
  const member = memberId(platform, args['id'] ?? '');
  switch (name) {
    case 'add owner':
      return { ok: true, command: { type: 'add', by, member, role: 'owner' } };
    case 'delete user':
      return { ok: true, command: { type: 'delete-user', by, member } };
    case 'delete owner':
      return { ok: true, command: { type: 'delete-owner', by, member } };
    case 'allow':
    case 'forbid': {
      const domain = readSaidDomain(args['domain'] ?? '');
      return domain === undefined
        ? { ok: false, problem: NO_DOMAIN }
        : { ok: true, command: { type: name, domain, by } };
    }
    case 'limit workspace':
    case 'limit user': {
      const limit = readLimit(args['amount'] ?? '');
      const user = name === 'limit user' ? member : undefined;
      return limit === undefined
        ? { ok: false, problem: NO_AMOUNT }
        : { ok: true, command: { type: 'limit', user, limit, by } };
    }
    default:
      return { ok: true, command: { type: 'add', by, member, role: 'user' } };
  }
};
