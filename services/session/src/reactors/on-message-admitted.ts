import { Rejected } from '@threadbox/eventsourcing';
import type { Delivery } from '@threadbox/messaging';
import { histogram } from '@threadbox/metrics';
import { deriveId, type MessageAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import type { SessionRefusal } from '../domain/session.ts';
import { refusalWord } from '../domain/words.ts';
import { answerByMessage } from './answer-question.ts';
import { openSession } from './open-session.ts';

/** message-admitted → a turn of its session; alone with the bot, the first message opens one. */
export const onMessageAdmitted = (
  ports: Pick<Ports, 'sessions' | 'conversations' | 'notify' | 'recallForm'>,
  { defaultAgent }: { defaultAgent: string },
) => {
  const took = histogram('threadbox_message_stage_seconds');
  return async (
    { id, correlation, data }: MessageAdmitted,
    { sequence, time }: Pick<Delivery, 'sequence' | 'time'>,
  ): Promise<void> => {
    const cause = { id, correlation, principal: data.principal };
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
      const { events } = await ports.sessions.decide(session, command, cause);
      // One that waits for another turn says nothing about us.
      if (events.some(({ type }) => type === 'turn-started')) took((Date.now() - time) / 1000, { stage: 'started' });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const text = refusalWord(error.reason as SessionRefusal);
      await ports.notify({ conversation: data.conversation, delivery: deriveId('answer', id), text }, cause);
    }
  };
};
