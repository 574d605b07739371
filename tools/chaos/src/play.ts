import { createAudit, PATIENCE } from './audit.ts';
import { createDice } from './dice.ts';
import type { Round } from './plan.ts';
import { beginScene } from './scenes.ts';
import type { Stage } from './stage.ts';
import { prepare } from './strike.ts';
import { until } from './until.ts';

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

/** Projections follow a moment later than answers; so long are blows waited for, in milliseconds. */
const LATE = 1500;

/** Plays rounds on a stage, one after another. */
export const createPlay = (stage: Stage, seed: number): ((round: Round) => Promise<Outcome>) => {
  const audit = createAudit(stage);

  return async (round) => {
    const tag = `r${round.round}`;
    const strikes = await Promise.all(round.blows.map((blow, i) => prepare(stage, blow, i, `${tag}-${i}`)));
    const complaints: string[] = [];
    let answeredAt: number | undefined;
    try {
      const scene = await beginScene(round.scene, stage.chats, tag, createDice(seed + round.round));
      if (await audit.answered(scene)) answeredAt = Date.now();
      else complaints.push(`not all was answered within ${PATIENCE / 1000} s`);
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
    }
    await until(() => (strikes.every((strike) => strike.struck() !== undefined) ? true : undefined), { timeout: LATE });
    for (const strike of strikes) await strike.end();
    complaints.push(...(await audit.complaints()));
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
