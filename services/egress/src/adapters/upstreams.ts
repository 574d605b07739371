import type { EventStore } from '@threadbox/messaging';
import type { AccountEvent, SessionEvent } from '@threadbox/schemas';
import type { Vault } from '@threadbox/vault';
import type { AccountView } from '../domain/account-view.ts';
import type { SessionView } from '../domain/session-view.ts';
import { ownUpstream, type ModelSettings, type Upstream } from '../domain/upstream.ts';
import { readLog } from './log-unreachable.ts';

/** Somebody gave a credential of their own, and it cannot be read: the house's is not taken in its place behind their back. */
export class CredentialUnreadable extends Error {
  override readonly name = 'CredentialUnreadable';
}

/**
 * With which credential the model is asked for a sandbox: that of the person who opened its session, if they gave one, for
 * it is theirs alone; else the house's. Throws `LogUnreachable`, or `CredentialUnreadable`.
 */
export const createUpstreams =
  ({
    sessions,
    accounts,
    vault,
    house,
    settings,
  }: {
    sessions: Pick<EventStore<SessionView, never, SessionEvent>, 'load'>;
    accounts: Pick<EventStore<AccountView, never, AccountEvent>, 'load'>;
    /** Undefined where no key was set. */
    vault: Pick<Vault, 'read'> | undefined;
    house: Upstream;
    settings: ModelSettings;
  }) =>
  async (sandbox: string): Promise<Upstream> => {
    const own = await readLog(async () => {
      const { state: session } = await sessions.load(sandbox);
      return session.status === 'open' ? (await accounts.load(session.opener)).state.credential : undefined;
    });
    if (!own) return house;
    const value = await vault?.read(own.slot).catch((error: unknown) => {
      throw new CredentialUnreadable('a credential cannot be read', { cause: error });
    });
    if (value === undefined) throw new CredentialUnreadable('a credential is not there');
    return ownUpstream(settings, own.kind, value);
  };
