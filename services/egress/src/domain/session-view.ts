import type { Decider } from '@threadbox/eventsourcing';
import { evolveAllowance, isAllowanceEvent, noAllowance, type Allowance, type SessionEvent } from '@threadbox/schemas';

/** What egress knows of a session: whose it is, who speaks, what it may. A sandbox bears its session's id. */
export type SessionView =
  | { status: 'none' }
  | { status: 'open'; workspace: string; opener: string; speaker: string; allowance: Allowance };

/** Sessions as egress looks at them; they are the session service's. */
export const sessionView: Decider<SessionView, never, SessionEvent> = {
  initial: { status: 'none' },
  decide: () => [],
  evolve: (view, event) => {
    if (event.type === 'session-opened')
      return {
        status: 'open',
        workspace: event.workspace,
        opener: event.by,
        speaker: event.by,
        allowance: noAllowance,
      };
    if (view.status === 'none') return view;
    if (event.type === 'session-closed') return { status: 'none' };
    if (event.type === 'session-moved') return { ...view, workspace: event.workspace };
    if (event.type === 'turn-started') return { ...view, speaker: event.by };
    return isAllowanceEvent(event) ? { ...view, allowance: evolveAllowance(view.allowance, event) } : view;
  },
};
