import { Rejected } from '@threadbox/eventsourcing';
import { Outdated, type Cause, type Delivery } from '@threadbox/messaging';
import { histogram } from '@threadbox/metrics';
import { deriveId, type MessageAdmitted, type SessionEvent } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import type { SessionRefusal } from '../domain/session.ts';
import { refusalWord } from '../domain/words.ts';
import { answerByMessage, awaitsAnswer } from './answer-question.ts';
import { openSession } from './open-session.ts';

type Needed = Pick<Ports, 'sessions' | 'conversations' | 'notify' | 'recallForm' | 'remember'>;

/**
 * The usual case, with one question to NATS: as far as this process knows, the conversation has a session that is open and waits for
 * nobody's answer. The append shows whether that is so; undefined, and nothing is done, where it is not.
 */
const takeAsKnown = async (
  { sessions, conversations }: Needed,
  { id, data }: MessageAdmitted,
  sequence: number,
  cause: Cause,
): Promise<readonly SessionEvent[] | undefined> => {
  const session = conversations.peek(data.conversation)?.state.session;
  const known = session === undefined ? undefined : sessions.peek(session);
  if (session === undefined || known?.state.status !== 'open') return undefined;
  if (known.state.conversation !== data.conversation || awaitsAnswer(known.state)) return undefined;
  const command = { type: 'take-turn', message: id, sequence, by: data.principal.id } as const;
  try {
    return (await sessions.decide(session, command, cause, { from: known.sequence })).events;
  } catch (error) {
    if (error instanceof Outdated || error instanceof Rejected) return undefined;
    throw error;
  }
};

/** message-admitted → a turn of its session; alone with the bot, the first message opens one. */
export const onMessageAdmitted = (ports: Needed, { defaultAgent }: { defaultAgent: string }) => {
  const took = histogram('threadbox_message_stage_seconds');
  /** One that waits for another turn says nothing about us. */
  const timed = (events: readonly SessionEvent[], time: number): void => {
    if (events.some(({ type }) => type === 'turn-started')) took((Date.now() - time) / 1000, { stage: 'started' });
  };
  return async (admitted: MessageAdmitted, { sequence, time }: Pick<Delivery, 'sequence' | 'time'>): Promise<void> => {
    const { id, correlation, data } = admitted;
    const cause = { id, correlation, principal: data.principal };
    ports.remember(sequence, admitted);
    const known = await takeAsKnown(ports, admitted, sequence, cause);
    if (known) return timed(known, time);
    const { state: bound } = await ports.conversations.load(data.conversation);
    // In a group people also talk to each other: there a session is opened by command, or by naming the bot.
    if (bound.session === undefined && !data.direct && data.addressed !== true) return;
    const session = bound.session ?? (await openSession(ports, data, defaultAgent, cause)).session;
    const { taken, problem } = await answerByMessage(ports, session, data, sequence, cause);
    if (problem !== undefined)
      await ports.notify({ conversation: data.conversation, delivery: deriveId('answer', id), text: problem }, cause);
    if (taken) return;
    try {
      const command = { type: 'take-turn', message: id, sequence, by: data.principal.id } as const;
      timed((await ports.sessions.decide(session, command, cause)).events, time);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const text = refusalWord(error.reason as SessionRefusal);
      await ports.notify({ conversation: data.conversation, delivery: deriveId('answer', id), text }, cause);
    }
  };
};
