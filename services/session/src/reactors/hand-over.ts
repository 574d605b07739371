import { Rejected } from '@threadbox/eventsourcing';
import type { Cause } from '@threadbox/messaging';
import { CODE_LIFE, codeId, createCode } from '@threadbox/one-time-code';
import type { CommandAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { ADOPTED_ALREADY, BOUND_ALREADY, handoffWord, NO_SESSION, threadTitle, UNKNOWN_CODE } from '../domain/words.ts';

/** Hands out a code for a session. */
export const offerHandoff = async (
  { handoffs }: Pick<Ports, 'handoffs'>,
  session: string,
  cause: Cause,
): Promise<string> => {
  const code = createCode();
  const expires = new Date(Date.now() + CODE_LIFE).toISOString();
  await handoffs.decide(codeId(code), { type: 'offer', session, expires }, cause);
  return handoffWord(code, CODE_LIFE / 60_000);
};

/**
 * Brings the session of a code here, or to a thread that is opened here. Tells why not; undefined where the words come
 * with what happens. Whoever says it was let in here: auth has seen to that, by this workspace's own roster.
 */
export const adopt = async (
  { handoffs, sessions, conversations, show }: Pick<Ports, 'handoffs' | 'sessions' | 'conversations' | 'show'>,
  { workspace, conversation, principal, threads }: CommandAdmitted['data'],
  code: string,
  sequence: number,
  cause: Cause,
): Promise<string | undefined> => {
  const taking = { type: 'take', by: principal.id, conversation, now: new Date().toISOString() } as const;
  const [{ state: offer }, { state: bound }] = await Promise.all([
    handoffs.load(codeId(code)),
    conversations.load(conversation),
  ]);
  // Before the code is spent.
  if (bound.session !== undefined && threads !== true && (offer.status === 'none' || offer.session !== bound.session))
    return offer.status === 'none' ? UNKNOWN_CODE : BOUND_ALREADY;
  try {
    const { state } = await handoffs.decide(codeId(code), taking, cause);
    if (state.status !== 'taken') return UNKNOWN_CODE;
    const { session } = state;
    const { state: moving } = await sessions.load(session);
    if (moving.status !== 'open') return NO_SESSION;
    const last = moving.past.at(-1);
    if (moving.conversation === conversation) {
      if (last?.sequence !== sequence) return ADOPTED_ALREADY;
      // Delivered again: moved before, though what it left may still be bound.
      await conversations.decide(last.conversation, { type: 'release', session }, cause);
      return undefined;
    }
    if (threads === true) {
      const title = threadTitle(moving.agent, principal.name);
      await show(
        { type: 'thread-requested', data: { conversation, session, title, workspace, by: principal.id, sequence } },
        cause,
      );
      return undefined;
    }
    const { state: now } = await conversations.decide(conversation, { type: 'bind', session }, cause);
    if (now.session !== session) return BOUND_ALREADY;
    await sessions.decide(
      session,
      { type: 'move', reason: 'handed-over', workspace, conversation, by: principal.id, sequence },
      cause,
    );
    await conversations.decide(moving.conversation, { type: 'release', session }, cause);
    return undefined;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return UNKNOWN_CODE;
  }
};
