/** `npm run chaos`: ends processes of a whole Threadbox at every point of a message's way, and looks whether anybody in a chat noticed. */
import { parseArgs } from 'node:util';
import { planRound } from './plan.ts';
import { createPlay, type Outcome } from './play.ts';
import { readReached, roundLine, summary } from './report.ts';
import { openStage, type Stage } from './stage.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    round: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(`npm run chaos -- [--rounds 100] [--seed N]             a sweep; the seed is printed
npm run chaos -- --rounds 100 --seed N --round K       one round of it again`);
  process.exit(0);
}
/** After so many rounds everything is set up anew. */
const FRESH = 25;

const whole = (name: string, text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new TypeError(`--${name}: ${text} is no whole number above 0`);
  return number;
};
const rounds = whole('rounds', values.rounds);
const seed = whole('seed', values.seed ?? String(1 + (Date.now() % 1_000_000)));
const chosen =
  values.round === undefined ? Array.from({ length: rounds }, (_, n) => n + 1) : [whole('round', values.round)];

console.log(`seed ${seed}, ${chosen.length} of ${rounds} rounds`);
const outcomes: Outcome[] = [];
const passed = new Set<string>();
const begun = Date.now();
let stage: Stage | undefined;
let play: ReturnType<typeof createPlay> | undefined;
let played = 0;
const close = async (keep: boolean): Promise<void> => {
  if (!stage) return;
  for (const point of await readReached(stage.faults)) passed.add(point);
  if (keep) console.log(`      its logs: ${stage.home}`);
  await stage.stop({ keep });
  stage = undefined;
};

for (const number of chosen) {
  if (!stage || !play || played % FRESH === 0) {
    await close(false);
    stage = await openStage();
    play = createPlay(stage, seed);
  }
  played += 1;
  const outcome = await play(planRound(seed, rounds, number));
  outcomes.push(outcome);
  console.log(roundLine(outcome));
  if (outcome.complaints.length === 0) continue;
  for (const complaint of outcome.complaints) console.log(`      ${complaint}`);
  console.log(`      again: npm run chaos -- --rounds ${rounds} --seed ${seed} --round ${number}`);
  // What comes after would suffer from what is wrong now.
  await close(true);
}
await close(false);
console.log(`\nseed ${seed}, ${((Date.now() - begun) / 1000).toFixed(0)} s\n${summary(outcomes, passed).join('\n')}`);
process.exit(outcomes.some(({ complaints }) => complaints.length > 0) ? 1 : 0);
