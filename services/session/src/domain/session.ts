import { Rejected, type Decider } from '@threadbox/eventsourcing';
import type { PermissionChoice, SessionEvent, TurnOutcome, Usage } from '@threadbox/schemas';
import {
  decideReach,
  evolveReach,
  isReachCommand,
  isReachEvent,
  noReach,
  type Reach,
  type ReachCommand,
} from './reach.ts';

/** What can be asked of a session. `by` is a principal id; `message` and `sequence` name a message on CHAT. */
export type SessionCommand =
  | { type: 'open'; workspace: string; conversation: string; agent: string; by: string }
  | { type: 'take-turn'; message: string; sequence: number; by: string }
  | { type: 'revise'; message: string; sequence: number }
  | { type: 'stop'; by: string }
  | { type: 'end-turn'; turn: number; outcome: TurnOutcome; usage: Usage }
  | { type: 'ask'; turn: number; request: string; grant: string; sequence: number; granted: boolean }
  | { type: 'answer'; request: string; choice: PermissionChoice; by: string; message?: string | undefined }
  | { type: 'ask-form'; turn: number; request: string; sequence: number }
  | {
      type: 'answer-form';
      request: string;
      by: string;
      message?: string | undefined;
      choice?: number | undefined;
      answer?: number | undefined;
    }
  | { type: 'move'; reason: Move['reason']; workspace: string; conversation: string; by: string; sequence: number }
  | { type: 'trust'; trusted: boolean; by: string }
  | ReachCommand
  | { type: 'suspend' }
  | { type: 'close'; by: string; message: string; sequence: number };

/** Why a command may not be carried out. */
export type SessionRefusal = 'closed' | 'queue-full' | 'nothing-runs' | 'no-question';

type Move = Extract<SessionEvent, { type: 'session-moved' }>;

/** A message that is to become work. `revised`: where its words were changed before it began. */
type Turn = { turn: number; message: string; sequence: number; revised?: number | undefined; by: string };

/** A question of the agent: what it would allow, where its words are, and how it was answered, if it was. */
type Question = { turn: number; grant: string; sequence: number; choice?: PermissionChoice };

/** A conversation that the session was handed over from, and how far what was said there belongs to it. */
type Past = { conversation: string; sequence: number };

/** Something else that the agent asks: where its words are, and whether it was answered. */
type OpenForm = { turn: number; sequence: number; answered: boolean };

type Facts = { workspace: string; conversation: string; past: readonly Past[]; agent: string; by: string };

export type Session =
  | { status: 'new' }
  | (Facts & {
      status: 'open';
      suspended: boolean;
      /** What lies in the workspace may steer the agent. */
      trusted: boolean;
      /** The number of the last turn that was asked for. */
      last: number;
      running?: Turn & { stopping: boolean };
      queue: readonly Turn[];
      /** Those of the running turn, by request id. */
      questions: Readonly<Record<string, Question>>;
      /** The running turn's other questions, by request id. */
      forms: Readonly<Record<string, OpenForm>>;
      /** What “this session” allowed. */
      grants: readonly string[];
      /** Where its sandbox may go. */
      reach: Reach;
      /** The latest messages that became turns or answers, so that one that is delivered again is recognised. */
      seen: readonly string[];
    })
  | (Facts & { status: 'closed'; message: string; sequence: number; left: readonly number[] });

type Open = Extract<Session, { status: 'open' }>;

/** The most turns that may wait: past it, saying so is kinder than a promise for tomorrow. */
export const QUEUE_LIMIT = 50;
/** How many messages back a repeated delivery is recognised; JetStream itself does it for ten minutes. */
const SEEN_LIMIT = 500;

const start = (turn: Turn): SessionEvent => ({ type: 'turn-started', ...turn });

/** The questions of a turn that is over stand no longer. */
const withdraw = (session: Open): SessionEvent[] => [
  ...Object.entries(session.questions).flatMap(([request, { choice, sequence }]): SessionEvent[] =>
    choice === undefined ? [{ type: 'permission-withdrawn', request, sequence }] : [],
  ),
  ...Object.entries(session.forms).flatMap(([request, { answered, sequence }]): SessionEvent[] =>
    answered ? [] : [{ type: 'question-withdrawn', request, sequence }],
  ),
];

const decide = (command: SessionCommand, session: Session): readonly SessionEvent[] => {
  if (session.status === 'new') {
    if (command.type !== 'open') throw new Rejected<SessionRefusal>('closed');
    const { workspace, conversation, agent, by } = command;
    return [{ type: 'session-opened', workspace, conversation, agent, by }];
  }
  if (session.status === 'closed') {
    if (command.type === 'take-turn' || command.type === 'stop') throw new Rejected<SessionRefusal>('closed');
    return [];
  }
  return isReachCommand(command) ? decideReach(command, session.reach) : decideOpen(command, session);
};

const decideOpen = (command: Exclude<SessionCommand, ReachCommand>, session: Open): readonly SessionEvent[] => {
  switch (command.type) {
    case 'open':
      return [];
    case 'take-turn': {
      const { message, sequence, by } = command;
      if (session.seen.includes(message)) return [];
      if (session.queue.length >= QUEUE_LIMIT) throw new Rejected<SessionRefusal>('queue-full');
      const turn = { turn: session.last + 1, message, sequence, by };
      const ahead = session.queue.length + (session.running ? 1 : 0);
      const requested: SessionEvent = { type: 'turn-requested', ...turn, ahead };
      return ahead === 0 ? [requested, start(turn)] : [requested];
    }
    case 'revise': {
      const waiting = session.queue.find(({ message }) => message === command.message);
      // What the agent was given already stays as it was.
      return waiting && waiting.revised !== command.sequence
        ? [{ type: 'turn-revised', turn: waiting.turn, sequence: command.sequence }]
        : [];
    }
    case 'stop':
      if (!session.running) throw new Rejected<SessionRefusal>('nothing-runs');
      return session.running.stopping
        ? []
        : [{ type: 'turn-stop-requested', turn: session.running.turn, by: command.by }];
    case 'end-turn': {
      if (session.running?.turn !== command.turn) return [];
      const { turn, outcome, usage } = command;
      const [next] = session.queue;
      return [...withdraw(session), { type: 'turn-ended', turn, outcome, usage }, ...(next ? [start(next)] : [])];
    }
    case 'ask': {
      const { turn, request, grant, sequence } = command;
      if (session.running?.turn !== turn || Object.hasOwn(session.questions, request)) return [];
      const asked: SessionEvent = { type: 'permission-requested', turn, request, grant, sequence };
      const covered = command.granted ? 'always' : session.grants.includes(grant) ? 'session' : undefined;
      return covered
        ? [asked, { type: 'permission-answered', request, choice: covered, by: 'system', sequence }]
        : [asked];
    }
    case 'answer': {
      const question = Object.hasOwn(session.questions, command.request)
        ? session.questions[command.request]
        : undefined;
      if (question === undefined) throw new Rejected<SessionRefusal>('no-question');
      const { request, choice, by, message } = command;
      return question.choice === undefined
        ? [
            {
              type: 'permission-answered',
              request,
              choice,
              by,
              ...(message && { message }),
              sequence: question.sequence,
            },
          ]
        : [];
    }
    case 'ask-form': {
      const { turn, request, sequence } = command;
      if (session.running?.turn !== turn || Object.hasOwn(session.forms, request)) return [];
      return [{ type: 'question-requested', turn, request, sequence }];
    }
    case 'answer-form': {
      const { request, by, message, choice, answer } = command;
      const form = Object.hasOwn(session.forms, request) ? session.forms[request] : undefined;
      if (form === undefined) throw new Rejected<SessionRefusal>('no-question');
      if (form.answered) return [];
      const said = {
        ...(message && { message }),
        ...(choice !== undefined && { choice }),
        ...(answer !== undefined && { answer }),
      };
      return [{ type: 'question-answered', request, by, sequence: form.sequence, ...said }];
    }
    case 'move': {
      const { reason, workspace, conversation, by, sequence } = command;
      const from = session.conversation;
      return from === conversation
        ? []
        : [{ type: 'session-moved', reason, workspace, conversation, from, by, sequence }];
    }
    case 'trust':
      return session.trusted === command.trusted
        ? []
        : [{ type: 'trust-changed', trusted: command.trusted, by: command.by }];
    case 'suspend':
      return session.running || session.suspended ? [] : [{ type: 'session-suspended' }];
    case 'close': {
      const { by, message, sequence } = command;
      const ended: SessionEvent[] = session.running
        ? [{ type: 'turn-ended', turn: session.running.turn, outcome: 'cancelled', usage: {} }]
        : [];
      return [...withdraw(session), ...ended, { type: 'session-closed', by, message, sequence }];
    }
  }
};

/** The messages that were dealt with, and one more. */
const seeing = ({ seen }: Open, message: string | undefined): readonly string[] =>
  message === undefined ? seen : [...seen.slice(1 - SEEN_LIMIT), message];

const evolve = (session: Session, event: SessionEvent): Session => {
  if (event.type === 'session-opened') {
    const { workspace, conversation, agent, by } = event;
    return {
      status: 'open',
      workspace,
      conversation,
      past: [],
      agent,
      by,
      suspended: false,
      trusted: false,
      last: 0,
      queue: [],
      questions: {},
      forms: {},
      grants: [],
      reach: noReach,
      seen: [],
    };
  }
  if (session.status !== 'open') return session;
  if (!isReachEvent(event)) return evolveOpen(session, event);
  const seen = seeing(session, event.type === 'way-answered' ? event.message : undefined);
  return { ...session, seen, reach: evolveReach(session.reach, event) };
};

type ReachEvent = Parameters<typeof evolveReach>[1];

const evolveOpen = (session: Open, event: Exclude<SessionEvent, ReachEvent | { type: 'session-opened' }>): Session => {
  switch (event.type) {
    case 'turn-requested': {
      const { turn, message, sequence, by } = event;
      const seen = seeing(session, message);
      return { ...session, last: turn, queue: [...session.queue, { turn, message, sequence, by }], seen };
    }
    case 'turn-revised': {
      const { turn, sequence } = event;
      const queue = session.queue.map((waiting) =>
        waiting.turn === turn ? { ...waiting, revised: sequence } : waiting,
      );
      return { ...session, queue };
    }
    case 'turn-started': {
      const { type: _, ...turn } = event;
      const queue = session.queue.filter((waiting) => waiting.turn !== turn.turn);
      return { ...session, suspended: false, queue, running: { ...turn, stopping: false } };
    }
    case 'turn-stop-requested':
      return session.running ? { ...session, running: { ...session.running, stopping: true } } : session;
    case 'turn-ended': {
      const { running: _over, ...rest } = session;
      return { ...rest, questions: {}, forms: {} };
    }
    case 'permission-requested': {
      const { request, turn, grant, sequence } = event;
      return { ...session, questions: { ...session.questions, [request]: { turn, grant, sequence } } };
    }
    case 'permission-answered': {
      const question = session.questions[event.request];
      if (!question) return session;
      const grants = event.choice === 'session' ? [...new Set([...session.grants, question.grant])] : session.grants;
      const answered = { ...question, choice: event.choice };
      const seen = seeing(session, event.message);
      return { ...session, seen, grants, questions: { ...session.questions, [event.request]: answered } };
    }
    case 'permission-withdrawn': {
      const { [event.request]: _withdrawn, ...questions } = session.questions;
      return { ...session, questions };
    }
    case 'question-requested': {
      const { request, turn, sequence } = event;
      return { ...session, forms: { ...session.forms, [request]: { turn, sequence, answered: false } } };
    }
    case 'question-answered': {
      const form = session.forms[event.request];
      if (!form) return session;
      const seen = seeing(session, event.message);
      return { ...session, seen, forms: { ...session.forms, [event.request]: { ...form, answered: true } } };
    }
    case 'question-withdrawn': {
      const { [event.request]: _withdrawn, ...forms } = session.forms;
      return { ...session, forms };
    }
    case 'session-moved': {
      const { reason, workspace, conversation, from, sequence } = event;
      // The channel that a thread was opened in is nobody's: what is said there stays.
      const past = reason === 'handed-over' ? [...session.past, { conversation: from, sequence }] : session.past;
      return { ...session, workspace, conversation, past };
    }
    case 'trust-changed':
      return { ...session, trusted: event.trusted };
    case 'session-suspended':
      return { ...session, suspended: true };
    case 'session-closed': {
      const { workspace, conversation, past, agent, by, queue } = session;
      const { message, sequence } = event;
      return {
        status: 'closed',
        workspace,
        conversation,
        past,
        agent,
        by,
        message,
        sequence,
        left: queue.map(({ turn }) => turn),
      };
    }
  }
};

/** One conversation between a thread and an agent; owns the order of turns and the agent's questions. */
export const session: Decider<Session, SessionCommand, SessionEvent> = { initial: { status: 'new' }, decide, evolve };
