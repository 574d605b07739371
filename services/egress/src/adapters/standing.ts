import type { EventStore } from '@threadbox/messaging';
import type { AccountEvent, Allowance, SessionEvent, WorkspaceEvent } from '@threadbox/schemas';
import type { LimitInForce } from '../domain/ledger.ts';
import type { SessionView } from '../domain/session-view.ts';
import { readLog } from './log-unreachable.ts';

/** Whose a sandbox is, and what counts for it right now. */
export type Standing = { session: SessionView; workspace: Allowance };

type Ports = {
  sessions: Pick<EventStore<SessionView, never, SessionEvent>, 'load'>;
  workspaces: Pick<EventStore<Allowance, never, WorkspaceEvent>, 'load'>;
};

/**
 * Looks a sandbox up in the log: an owner's word counts from the next question on. Two small reads, about 0.1 ms; throws
 * `LogUnreachable`.
 */
export const createStandings =
  ({ sessions, workspaces }: Ports) =>
  (sandbox: string): Promise<Standing> =>
    readLog(async () => {
      const { state: session } = await sessions.load(sandbox);
      const { state: workspace } =
        session.status === 'none'
          ? { state: { domains: new Map(), users: new Map() } }
          : await workspaces.load(session.workspace);
      return { session, workspace };
    });

/** Links may follow one another; nobody has more accounts than that. */
const HOPS = 8;

type Accounts = Pick<EventStore<{ principal?: string }, never, AccountEvent>, 'load'>;

const isAccountOf = async (accounts: Accounts, account: string, speaker: string): Promise<boolean> => {
  let one = account;
  for (let hop = 0; hop < HOPS && one !== speaker; hop += 1) {
    const { principal } = (await accounts.load(one)).state;
    if (principal === undefined) return false;
    one = principal;
  }
  return one === speaker;
};

/**
 * The limits that count for what is said in an open session: a user's are those of all their accounts, so that nobody leaves
 * a limit behind by linking. Throws `LogUnreachable`.
 */
export const createLimits =
  ({ accounts }: { accounts: Accounts }) =>
  async (
    sandbox: string,
    { session, workspace }: { session: Extract<SessionView, { status: 'open' }>; workspace: Allowance },
  ): Promise<readonly LimitInForce[]> => {
    const { speaker } = session;
    const limited = await readLog(() =>
      Promise.all(
        [...workspace.users].map(async ([account, limit]) =>
          (await isAccountOf(accounts, account, speaker)) ? [{ scope: 'user' as const, of: speaker, limit }] : [],
        ),
      ),
    );
    return [
      ...(session.allowance.limit ? [{ scope: 'session' as const, of: sandbox, limit: session.allowance.limit }] : []),
      ...limited.flat(),
      ...(workspace.limit ? [{ scope: 'workspace' as const, of: session.workspace, limit: workspace.limit }] : []),
    ];
  };
