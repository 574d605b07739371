import type { Cause } from '@threadbox/messaging';
import { deriveId, type CommandAdmitted, type MessageAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';

/**
 * Opens a session for a conversation, unless it has one. The session's id follows from the cause, so that a crash
 * between binding and opening is made good when the cause is delivered again.
 */
export const openSession = async (
  { sessions, conversations }: Pick<Ports, 'sessions' | 'conversations'>,
  { workspace, conversation, principal }: (MessageAdmitted | CommandAdmitted)['data'],
  agent: string,
  cause: Cause,
): Promise<{ session: string; opened: boolean }> => {
  const wanted = deriveId('session', cause.id);
  const { state } = await conversations.decide(conversation, { type: 'bind', session: wanted }, cause);
  const session = state.session ?? wanted;
  if (session !== wanted) return { session, opened: false };
  await sessions.decide(session, { type: 'open', workspace, conversation, agent, by: principal.id }, cause);
  return { session, opened: true };
};
