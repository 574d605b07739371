import { planRound } from './plan.ts';
import { createPlay, type Outcome } from './play.ts';
import { readReached, roundLine, summary } from './report.ts';
import { readModelComplaints } from './read-models.ts';
import { openStage, type Stage } from './stage.ts';

/** After so many rounds everything is set up anew. */
const FRESH = 25;

/** Plays rounds of a sweep and tells about each; true if all went well. `chosen` are the rounds to be played. */
export const sweep = async (
  { seed, rounds, chosen }: { seed: number; rounds: number; chosen: readonly number[] },
  say: (line: string) => void,
): Promise<boolean> => {
  say(`seed ${seed}, ${chosen.length} of ${rounds} rounds`);
  const outcomes: Outcome[] = [];
  const passed = new Set<string>();
  const begun = Date.now();
  let areModelsRight = true;
  let copies = 0;
  let open: { stage: Stage; play: ReturnType<typeof createPlay> } | undefined;
  const close = async ({ keep }: { keep: boolean }): Promise<void> => {
    if (!open) return;
    const { stage } = open;
    open = undefined;
    if (!keep) {
      const wrong = await readModelComplaints(stage.postgres.url, stage.admin);
      for (const complaint of wrong) say(`      ${complaint}`);
      areModelsRight &&= wrong.length === 0;
    }
    for (const point of await readReached(stage.faults)) passed.add(point);
    for (const chat of stage.chats) copies += chat.labelled();
    if (keep) say(`      its logs: ${stage.home}`);
    await stage.stop({ keep });
  };

  for (const [played, number] of chosen.entries()) {
    if (played % FRESH === 0) await close({ keep: false });
    if (!open) {
      const stage = await openStage();
      open = { stage, play: createPlay(stage, seed) };
    }
    const outcome = await open.play(planRound(seed, rounds, number));
    outcomes.push(outcome);
    say(roundLine(outcome));
    if (outcome.complaints.length === 0) continue;
    for (const complaint of outcome.complaints) say(`      ${complaint}`);
    say(`      again: npm run chaos -- --rounds ${rounds} --seed ${seed} --round ${number}`);
    // What comes after would suffer from what is wrong now.
    await close({ keep: true });
  }
  await close({ keep: false });
  say(`\nseed ${seed}, ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  for (const line of summary(outcomes, passed)) say(line);
  say(`copies      ${copies} posts said that they may be one, where the platform cannot tell`);
  say(`read models ${areModelsRight ? 'are what the log says' : 'ARE NOT WHAT THE LOG SAYS'}`);
  return areModelsRight && outcomes.every(({ complaints }) => complaints.length === 0);
};
