import { answeredBefore, answering, deciding } from '../domain/journal.ts';
import { questionKey, requestId, type Question } from '../domain/permission.ts';
import type { JournalFile } from '../adapters/journal-file.ts';
import type { TurnOutput } from '../adapters/output.ts';

type Answer = boolean | undefined;

/**
 * Questions of the running turn. A question waits for ever; its id follows from what is asked, so that asking again
 * after a crash is the same question, and an answer that came in the meantime (or too early) is used.
 */
export const createPermissions = ({ sandbox, journal }: { sandbox: string; journal: JournalFile }) => {
  const waiting = new Map<string, Array<(answer: Answer) => void>>();
  const open = new Map<string, number>();
  const openBy = (key: string, by: number): void => void open.set(key, (open.get(key) ?? 0) + by);

  const note = (key: string): void => {
    try {
      journal.change(answering(key));
    } catch {
      // It is noted in memory: only a crash right now would ask the same once more.
    }
  };

  return {
    /** Yes, no, or undefined where the question was withdrawn. */
    ask: async (turn: number, question: Question, output: Pick<TurnOutput, 'ask'>): Promise<Answer> => {
      const key = questionKey(question);
      const ordinal = answeredBefore(journal.state(), key) + (open.get(key) ?? 0);
      const request = requestId(sandbox, turn, question, ordinal);
      openBy(key, 1);
      try {
        const early = journal.state().decisions.find(([known]) => known === request)?.[1];
        const answer =
          early ??
          (await new Promise<Answer>((resolve) => {
            waiting.set(request, [...(waiting.get(request) ?? []), resolve]);
            const { grant, title, detail } = question;
            void output.ask({ turn, request, grant, title, detail });
          }));
        if (answer !== undefined) note(key);
        return answer;
      } finally {
        openBy(key, -1);
      }
    },

    /** An answer came. Rejects where it could neither be used nor kept. */
    decided: (request: string, allow: boolean): void => {
      const waiters = waiting.get(request) ?? [];
      waiting.delete(request);
      try {
        journal.change(deciding(request, allow));
      } catch (error) {
        if (waiters.length === 0) throw error;
      }
      for (const resolve of waiters) resolve(allow);
    },

    /** The turn ends: nobody waits for answers any more. */
    withdraw: (): void => {
      const waiters = [...waiting.values()].flat();
      waiting.clear();
      for (const resolve of waiters) resolve(undefined);
    },
  };
};
export type Permissions = ReturnType<typeof createPermissions>;
