import type { EventStore } from '@threadbox/messaging';
import type { Allowance, SessionEvent, WorkspaceEvent } from '@threadbox/schemas';
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

/** The limits that count for what is said in an open session. */
export const limitsInForce = (
  sandbox: string,
  session: Extract<SessionView, { status: 'open' }>,
  workspace: Allowance,
): readonly LimitInForce[] => {
  const user = workspace.users.get(session.speaker);
  return [
    ...(session.allowance.limit ? [{ scope: 'session' as const, of: sandbox, limit: session.allowance.limit }] : []),
    ...(user ? [{ scope: 'user' as const, of: session.speaker, limit: user }] : []),
    ...(workspace.limit ? [{ scope: 'workspace' as const, of: session.workspace, limit: workspace.limit }] : []),
  ];
};
