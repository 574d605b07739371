/**
 * What a runner must not forget when it is killed: which conversation its agent is in, which turn was begun and which
 * is over, and the answers that came for questions. Pure: the file itself is the adapter's.
 */
import type { FormContent, TurnFinished } from '@threadbox/schemas';

/** An answer of the people: to a permission request, or to a question; without content that one was skipped. */
export type Answer = boolean | { content?: FormContent | undefined };

export type Finished = {
  data: TurnFinished['data'];
  /** The files of the outbox that were sent with it, by their paths there. */
  outbox: readonly string[];
};

export type Journal = {
  /** The agent's own id of the conversation. */
  session?: string;
  /** Who wrote last. */
  author?: string;
  /** Whether anything was ever said to the agent. */
  spoken: boolean;
  /** What the conversation had cost by the end of the last turn, in US dollars. */
  spent: number;
  /** The turn that was begun: how often the agent was asked, how many of these ended because we did, and how often each question was answered. */
  turn?: {
    number: number;
    prompts: number;
    spared: number;
    startedAt: string;
    answered: Readonly<Record<string, number>>;
  };
  /** The last turn that is over, and how it ended. */
  finished?: Finished;
  cancelled: readonly number[];
  /** Answers, by question, oldest first. */
  decisions: ReadonlyArray<readonly [request: string, answer: Answer]>;
  /** Where each file that arrived is, by its id, oldest first. */
  files: ReadonlyArray<readonly [file: string, path: string]>;
};

export const emptyJournal: Journal = { spoken: false, spent: 0, cancelled: [], decisions: [], files: [] };

/** How often an agent is asked before a turn is given up: once, and twice more after it was interrupted. */
export const MOST_PROMPTS = 3;
const KEPT = 300;

/** What to do about a turn that is given to us, maybe not for the first time. */
export type NextStep = 'prompt' | 'recover' | 'give-up' | 'cancel' | 'repeat' | 'ignore';

export const nextStep = ({ turn, finished, cancelled }: Journal, number: number): NextStep => {
  const last = finished?.data.turn ?? 0;
  if (number === last) return 'repeat';
  if (number < last) return 'ignore';
  if (cancelled.includes(number)) return 'cancel';
  if (turn?.number !== number || turn.prompts === 0) return 'prompt';
  return isWornOut(turn) ? 'give-up' : 'recover';
};

/** The agent was interrupted too often in this turn. */
export const isWornOut = ({ prompts, spared: harmless }: NonNullable<Journal['turn']>): boolean =>
  prompts - harmless >= MOST_PROMPTS;

/** The agent is about to be asked (again). */
export const prompting =
  (number: number, at: string, author: string) =>
  (journal: Journal): Journal => {
    const same = journal.turn?.number === number ? journal.turn : undefined;
    const turn = {
      number,
      prompts: (same?.prompts ?? 0) + 1,
      spared: same?.spared ?? 0,
      startedAt: same?.startedAt ?? at,
      answered: same?.answered ?? {},
    };
    return { ...journal, spoken: true, author, turn };
  };

/** We stop of our own accord: the prompt under way is no failed one. */
export const spared = (journal: Journal): Journal =>
  journal.turn === undefined || journal.turn.prompts === 0
    ? journal
    : { ...journal, turn: { ...journal.turn, spared: journal.turn.spared + 1 } };

/** A turn is over. */
export const finishing =
  (finished: Finished, spent: number) =>
  ({ turn: _turn, ...journal }: Journal): Journal => ({
    ...journal,
    finished,
    spent,
    cancelled: journal.cancelled.filter((number) => number > finished.data.turn),
  });

/** A turn is to end, whether it has begun or not. */
export const cancelling =
  (number: number) =>
  (journal: Journal): Journal =>
    journal.cancelled.includes(number) || number <= (journal.finished?.data.turn ?? 0)
      ? journal
      : { ...journal, cancelled: [...journal.cancelled, number].slice(-KEPT) };

/** An answer came. */
export const deciding =
  (request: string, answer: Answer) =>
  (journal: Journal): Journal =>
    journal.decisions.some(([known]) => known === request)
      ? journal
      : { ...journal, decisions: [...journal.decisions, [request, answer] as const].slice(-KEPT) };

/** The answer to a question was given to the agent: the same question asked once more is another one. */
export const answering =
  (key: string) =>
  (journal: Journal): Journal =>
    journal.turn === undefined
      ? journal
      : {
          ...journal,
          turn: { ...journal.turn, answered: { ...journal.turn.answered, [key]: answeredBefore(journal, key) + 1 } },
        };

/** How often this question was answered in the turn. */
export const answeredBefore = ({ turn }: Journal, key: string): number =>
  turn !== undefined && Object.hasOwn(turn.answered, key) ? (turn.answered[key] ?? 0) : 0;

/** A file is there. */
export const storing =
  (file: string, path: string) =>
  (journal: Journal): Journal => ({ ...journal, files: [...journal.files, [file, path] as const].slice(-KEPT) });
