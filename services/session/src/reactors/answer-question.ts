import { Rejected } from '@threadbox/eventsourcing';
import type { Cause } from '@threadbox/messaging';
import { readTypedWay, type MessageAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { readReply } from '../domain/form.ts';
import { readTypedAnswer } from '../domain/permission-buttons.ts';
import { everywhereWord } from '../domain/reach-words.ts';
import type { Session, SessionRefusal } from '../domain/session.ts';

type Said = {
  request: string;
  /** The message that it came with, where that was no press of a button. */
  message?: string;
  by: string;
  choice?: number;
  /** What was said, and where on CHAT. */
  words?: string;
  sequence?: number;
};

/** Answers a question of the agent's; tells what is wrong with the answer, if anything is: then the question still stands. */
export const answerForm = async (
  { sessions, recallForm }: Pick<Ports, 'sessions' | 'recallForm'>,
  session: string,
  { request, message, by, choice, words, sequence }: Said,
  cause: Cause,
): Promise<string | undefined> => {
  const { state } = await sessions.load(session);
  const open = state.status === 'open' ? state.forms[request] : undefined;
  const form = open && (await recallForm(open.sequence));
  if (!form) throw new Rejected<SessionRefusal>('no-question');
  const reading = readReply(form.data, { choice, words });
  if (!reading.ok) return reading.problem;
  const answer = words === undefined ? undefined : sequence;
  await sessions.decide(session, { type: 'answer-form', request, by, message, choice, answer }, cause);
  return undefined;
};

/** Whether the agent waits for a word of somebody's, so that a message may be an answer. */
export const awaitsAnswer = ({ questions, forms, reach }: Extract<Session, { status: 'open' }>): boolean =>
  Object.values(questions).some(({ choice }) => choice === undefined) ||
  Object.values(forms).some(({ answered }) => !answered) ||
  reach.ways.some(({ choice }) => choice === undefined);

/**
 * Whether a message answers what the agent waits for, as people do who type instead of pressing: a word that is a button's
 * answers the one permission request that stands, or (an owner's) the one way out that was asked about; whatever is said
 * answers the one question that stands.
 * A `problem` is to be told: the message was meant as an answer, but is none.
 */
export const answerByMessage = async (
  ports: Pick<Ports, 'sessions' | 'recallForm'>,
  session: string,
  { text, attachments, principal }: MessageAdmitted['data'],
  sequence: number,
  cause: Cause,
): Promise<{ taken: boolean; problem?: string }> => {
  const { state } = await ports.sessions.load(session);
  if (state.status !== 'open' || attachments.length > 0) return { taken: false };
  // Delivered again: what it became the first time, it is.
  if (state.seen.includes(cause.id)) return { taken: true };
  const [permission, another] = Object.entries(state.questions).filter(([, { choice }]) => choice === undefined);
  const choice = readTypedAnswer(text);
  if (choice !== undefined && permission && !another) {
    const [request] = permission;
    await ports.sessions.decide(
      session,
      { type: 'answer', request, choice, by: principal.id, message: cause.id },
      cause,
    );
    return { taken: true };
  }
  const [form, more] = Object.entries(state.forms).filter(([, { answered }]) => !answered);
  const open = state.reach.ways.flatMap((way, index) => (way.choice === undefined ? [{ ...way, index }] : []));
  const [asked, other] = open;
  const way = readTypedWay(text);
  if (way !== undefined && asked && !other && !permission && !form && principal.role === 'owner') {
    // Only auth can open a way for the whole workspace, and it reads commands.
    if (way === 'everywhere') return { taken: true, problem: everywhereWord(asked.host) };
    await ports.sessions.decide(
      session,
      { type: 'answer-way', way: asked.index, choice: way, by: principal.id, message: cause.id },
      cause,
    );
    return { taken: true };
  }
  if (!form || more || permission || text.trim() === '') return { taken: false };
  const said = { request: form[0], message: cause.id, by: principal.id, words: text, sequence };
  const problem = await answerForm(ports, session, said, cause);
  return { taken: true, ...(problem !== undefined && { problem }) };
};
