import type { Cause } from '@threadbox/messaging';
import { deriveId, type CommandAdmitted, type MessageAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { threadTitle } from '../domain/words.ts';

type Place = (MessageAdmitted | CommandAdmitted)['data'];

/**
 * Opens a session for a conversation, unless it has one. The session's id follows from the cause, so that a crash
 * between binding and opening is made good when the cause is delivered again.
 */
export const openSession = async (
  { sessions, conversations }: Pick<Ports, 'sessions' | 'conversations'>,
  { workspace, conversation, principal }: Place,
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

/** Opens a session that gets a thread of its own: relay opens it, and `thread-opened` binds the two. */
export const openInThread = async (
  { sessions, show }: Pick<Ports, 'sessions' | 'show'>,
  place: Place,
  sequence: number,
  agent: string,
  cause: Cause,
): Promise<void> => {
  const { workspace, conversation, principal } = place;
  const session = deriveId('session', cause.id);
  await sessions.decide(session, { type: 'open', workspace, conversation, agent, by: principal.id }, cause);
  const title = threadTitle(agent, principal.name);
  await show(
    { type: 'thread-requested', data: { conversation, session, title, workspace, by: principal.id, sequence } },
    cause,
  );
};
