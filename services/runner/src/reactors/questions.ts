import { answeredBefore, answering, deciding, type Answer } from '../domain/journal.ts';
import { formKey, formRequest, type Form } from '../domain/form.ts';
import { questionKey, requestId, type Question } from '../domain/permission.ts';
import type { JournalFile } from '../adapters/journal-file.ts';
import type { TurnOutput } from '../adapters/output.ts';

/**
 * What the running turn asks the people. A question waits for ever; its id follows from what is asked, so that asking again
 * after a crash is the same question, and an answer that came in the meantime (or too early) is used.
 */
export const createQuestions = ({ sandbox, journal }: { sandbox: string; journal: JournalFile }) => {
  const waiting = new Map<string, Array<(answer: Answer | undefined) => void>>();
  const open = new Map<string, number>();
  const openBy = (key: string, by: number): void => void open.set(key, (open.get(key) ?? 0) + by);

  const note = (key: string): void => {
    try {
      journal.change(answering(key));
    } catch {
      // It is noted in memory: only a crash right now would ask the same once more.
    }
  };

  /** The answer, or undefined where the question was withdrawn. `put` asks it, under the id that it is given. */
  const ask = async (
    key: string,
    requestFor: (ordinal: number) => string,
    put: (request: string) => void,
  ): Promise<Answer | undefined> => {
    const request = requestFor(answeredBefore(journal.state(), key) + (open.get(key) ?? 0));
    openBy(key, 1);
    try {
      const early = journal.state().decisions.find(([known]) => known === request)?.[1];
      const answer =
        early ??
        (await new Promise<Answer | undefined>((resolve) => {
          waiting.set(request, [...(waiting.get(request) ?? []), resolve]);
          put(request);
        }));
      if (answer !== undefined) note(key);
      return answer;
    } finally {
      openBy(key, -1);
    }
  };

  return {
    /** Yes, no, or undefined where the request was withdrawn. */
    permission: async (
      turn: number,
      question: Question,
      output: Pick<TurnOutput, 'ask'>,
    ): Promise<boolean | undefined> => {
      const { grant, title, detail } = question;
      const answer = await ask(
        questionKey(question),
        (ordinal) => requestId(sandbox, turn, question, ordinal),
        (request) => void output.ask({ turn, request, grant, title, detail }),
      );
      return typeof answer === 'boolean' ? answer : undefined;
    },

    /** What was answered, or undefined where the question was withdrawn. */
    form: async (
      turn: number,
      form: Form,
      output: Pick<TurnOutput, 'askForm'>,
    ): Promise<Exclude<Answer, boolean> | undefined> => {
      const answer = await ask(
        formKey(form),
        (ordinal) => formRequest(sandbox, turn, form, ordinal),
        (request) => void output.askForm({ turn, request, ...form }),
      );
      return typeof answer === 'boolean' ? undefined : answer;
    },

    /** An answer came. Rejects where it could neither be used nor kept. */
    answered: (request: string, answer: Answer): void => {
      const waiters = waiting.get(request) ?? [];
      waiting.delete(request);
      try {
        journal.change(deciding(request, answer));
      } catch (error) {
        if (waiters.length === 0) throw error;
      }
      for (const resolve of waiters) resolve(answer);
    },

    /** The turn ends: nobody waits for answers any more. */
    withdraw: (): void => {
      const waiters = [...waiting.values()].flat();
      waiting.clear();
      for (const resolve of waiters) resolve(undefined);
    },
  };
};
export type Questions = ReturnType<typeof createQuestions>;
