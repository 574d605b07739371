import { Rejected } from '@threadbox/eventsourcing';
import type { Cause, Delivery } from '@threadbox/messaging';
import { deriveId, type MessageAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { readTypedAnswer } from '../domain/permission-buttons.ts';
import type { SessionRefusal } from '../domain/session.ts';
import { refusalWord } from '../domain/words.ts';
import { openSession } from './open-session.ts';

/** message-admitted → a turn of its session; alone with the bot, the first message opens one. */
export const onMessageAdmitted =
  (ports: Pick<Ports, 'sessions' | 'conversations' | 'notify'>, { defaultAgent }: { defaultAgent: string }) =>
  async ({ id, correlation, data }: MessageAdmitted, { sequence }: Pick<Delivery, 'sequence'>): Promise<void> => {
    const cause = { id, correlation, principal: data.principal };
    const { state: bound } = await ports.conversations.load(data.conversation);
    // In a group people also talk to each other: there a session is opened by command, or by naming the bot.
    if (bound.session === undefined && !data.direct && data.addressed !== true) return;
    const session = bound.session ?? (await openSession(ports, data, defaultAgent, cause)).session;
    if (await answersQuestion(ports, session, data, cause)) return;
    try {
      await ports.sessions.decide(session, { type: 'take-turn', message: id, sequence, by: data.principal.id }, cause);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const text = refusalWord(error.reason as SessionRefusal);
      await ports.notify({ conversation: data.conversation, delivery: deriveId('answer', id), text }, cause);
    }
  };

/** A word that answers the one question that stands, where people type instead of pressing. */
const answersQuestion = async (
  { sessions }: Pick<Ports, 'sessions'>,
  session: string,
  { text, attachments, principal }: MessageAdmitted['data'],
  cause: Cause,
): Promise<boolean> => {
  const choice = attachments.length === 0 ? readTypedAnswer(text) : undefined;
  if (choice === undefined) return false;
  const { state } = await sessions.load(session);
  if (state.status !== 'open') return false;
  const open = Object.entries(state.questions).filter(([, question]) => question.choice === undefined);
  const [only, another] = open;
  if (!only || another) return false;
  await sessions.decide(session, { type: 'answer', request: only[0], choice, by: principal.id }, cause);
  return true;
};
