import { quiet } from './quiet.ts';
import type { Said, Scene } from './scenes.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';
import { judgeChat, judgePrompts } from './verdict.ts';
import { createWitness } from './witness.ts';

/** Looks over everything that was ever said on a stage. */
export type Audit = {
  /** Waits until all of this is answered, and tells whether it was. */
  answered: (scene: Scene) => Promise<boolean>;
  /** Waits until nothing is under way any more, and tells all that is wrong. */
  complaints: () => Promise<string[]>;
};

/** How long an answer may take, in milliseconds: a redelivery is 5 s, a sandbox comes up in some, and they may add up. */
export const PATIENCE = 60_000;

/** Begins with nothing said. */
export const createAudit = (stage: Pick<Stage, 'admin' | 'chats' | 'faults'>): Audit => {
  const witness = createWitness(stage.admin);
  const said: Said[] = [];

  const isAnswered = async ({ chat, answer }: Said): Promise<boolean> =>
    (await chat.shown()).some(({ text }) => text.includes(answer));

  return {
    answered: async (scene) => {
      said.push(...scene.said);
      let open = [...scene.said];
      const done = await until(
        async () => {
          await scene.tend().catch(() => undefined);
          const still = await Promise.all(open.map(async (one) => !(await isAnswered(one))));
          open = open.filter((_, i) => still[i]);
          return open.length === 0 ? true : undefined;
        },
        { timeout: PATIENCE },
      );
      return done === true;
    },
    complaints: async () => {
      const busy = await quiet(stage.admin, PATIENCE);
      const found = busy.length > 0 ? [`still at work: ${busy.join(', ')}`] : [];
      found.push(...(await witness.complaints()), ...(await judgePrompts(stage.faults)));
      for (const chat of stage.chats)
        found.push(
          ...(await judgeChat(
            chat,
            said.filter((one) => one.chat === chat),
          )),
        );
      return found;
    },
  };
};
