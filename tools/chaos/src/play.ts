import { createDice } from './dice.ts';
import type { Round } from './plan.ts';
import { quiet } from './quiet.ts';
import { beginScene, type Said } from './scenes.ts';
import type { Stage } from './stage.ts';
import { prepare } from './strike.ts';
import { until } from './until.ts';
import { judgeChat, judgePrompts } from './verdict.ts';
import { createWitness } from './witness.ts';

/** How a round went. */
export type Outcome = {
  round: Round;
  /** Which of its blows fell. */
  fell: readonly boolean[];
  /** Milliseconds from the last blow until all was answered; undefined where nothing was struck. */
  recovery: number | undefined;
  /** What is wrong; nothing, if all is well. */
  complaints: readonly string[];
};

/** How long an answer may take, in milliseconds: a redelivery is 5 s, a sandbox comes up in some, and they may add up. */
const PATIENCE = 60_000;

/** Plays rounds on a stage, one after another. */
export const createPlay = (stage: Stage, seed: number): ((round: Round) => Promise<Outcome>) => {
  const witness = createWitness(stage.admin);
  const said: Said[] = [];

  const answered = async (fresh: readonly Said[]): Promise<boolean> => {
    for (const { chat, answer } of fresh)
      if (!(await chat.shown()).some(({ text }) => text.includes(answer))) return false;
    return true;
  };

  return async (round) => {
    const tag = `r${round.round}`;
    const strikes = await Promise.all(round.blows.map((blow, i) => prepare(stage, blow, i, `${tag}-${i}`)));
    const complaints: string[] = [];
    let answeredAt: number | undefined;
    try {
      const scene = await beginScene(round.scene, stage.chats, tag, createDice(seed + round.round));
      said.push(...scene.said);
      const isAnswered = await until(
        async () => {
          await scene.tend().catch(() => undefined);
          return (await answered(scene.said)) ? true : undefined;
        },
        { timeout: PATIENCE },
      );
      answeredAt = Date.now();
      if (!isAnswered) complaints.push(`not all was answered within ${PATIENCE / 1000} s`);
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
    }
    for (const strike of strikes) await strike.end();
    const busy = await quiet(stage.admin, PATIENCE);
    if (busy.length > 0) complaints.push(`still at work: ${busy.join(', ')}`);
    complaints.push(...(await witness.complaints()), ...(await judgePrompts(stage.faults)));
    for (const chat of stage.chats)
      complaints.push(
        ...(await judgeChat(
          chat,
          said.filter((one) => one.chat === chat),
        )),
      );
    const falls = strikes.flatMap((strike) => strike.struck() ?? []);
    return {
      round,
      fell: strikes.map((strike) => strike.struck() !== undefined),
      recovery:
        falls.length === 0 || answeredAt === undefined ? undefined : Math.max(0, answeredAt - Math.max(...falls)),
      complaints,
    };
  };
};
