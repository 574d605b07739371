/**
 * `npm run chaos`: ends processes of a whole Threadbox at every point of a message's way, takes away what they stand on for a while,
 * and looks whether anybody in a chat noticed.
 */
import { parseArgs } from 'node:util';
import { brownouts } from './brownouts.ts';
import { endure } from './endure.ts';
import { sweep } from './sweep.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    round: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(`npm run chaos -- [--rounds 100] [--seed N]                 a sweep; the seed is printed
npm run chaos -- --rounds 100 --seed N --round K           one round of it again
npm run chaos -- brownouts [--seconds 10] [name …]         things that are gone, full or slow for a while:
  ${Object.keys(brownouts).join('\n  ')}`);
  process.exit(0);
}

const whole = (name: string, text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new TypeError(`--${name}: ${text} is no whole number above 0`);
  return number;
};
const [what, ...names] = positionals;
const say = (line: string): void => console.log(line);

const run = (): Promise<boolean> => {
  if (what === 'brownouts') {
    const chosen = names.length > 0 ? names : Object.keys(brownouts);
    return endure(chosen, { lasting: whole('seconds', values.seconds) * 1000 }, say);
  }
  const rounds = whole('rounds', values.rounds);
  const seed = whole('seed', values.seed ?? String(1 + (Date.now() % 1_000_000)));
  const all = Array.from({ length: rounds }, (_, n) => n + 1);
  const chosen = values.round === undefined ? all : [whole('round', values.round)];
  return sweep({ seed, rounds, chosen }, say);
};

process.exit((await run()) ? 0 : 1);
