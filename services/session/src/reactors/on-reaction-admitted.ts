import { Rejected } from '@threadbox/eventsourcing';
import type { ReactionAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';

/** The reactions that say “stop”. Others are feedback, kept on the log for who wants to learn from it. */
const STOP: ReadonlySet<string> = new Set(['🛑', '✋', '❌', '⛔']);

/** reaction-admitted → the running turn is stopped, where the reaction says so. */
export const onReactionAdmitted =
  ({ sessions, conversations }: Pick<Ports, 'sessions' | 'conversations'>) =>
  async ({ id, correlation, data }: ReactionAdmitted): Promise<void> => {
    if (!STOP.has(data.emoji.replaceAll('\uFE0F', ''))) return;
    const { state } = await conversations.load(data.conversation);
    if (state.session === undefined) return;
    const cause = { id, correlation, principal: data.principal };
    try {
      await sessions.decide(state.session, { type: 'stop', by: data.principal.id }, cause);
    } catch (error) {
      // Nothing runs: a reaction needs no answer.
      if (!(error instanceof Rejected)) throw error;
    }
  };
