import {
  deadLetter,
  deadLetters,
  deleteDeadLetter,
  replayDeadLetter,
  type Bus,
  type DeadLetter,
} from '@threadbox/messaging';
import { connectOperator } from './operator.ts';

export const DEAD_LETTERS_HELP = `threadbox dead-letters: messages that a service could not process, and put aside

  dead-letters                   list them, oldest first
  dead-letters show <number>     all of one: where it came from, why it is here, what it says
  dead-letters replay <number>   give it back to the service that could not process it; gone from here if that goes well
  dead-letters replay all        all of them, oldest first
  dead-letters delete <number>   forget it

they are kept for 30 days`;

/** What people said may stand in a letter: a list shows none of it. */
const line = ({ number, at, durable, subject, sequence, reason }: DeadLetter): string =>
  `${String(number).padStart(6)}  ${at.toISOString().slice(0, 19)}Z  ${durable}  ${subject} #${sequence}\n        ${reason}`;

const whole = (letter: DeadLetter): string => {
  const headers = letter.headers.keys().map((name) => `${name}: ${letter.headers.get(name)}`);
  let text = letter.text;
  try {
    text = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: shown as it is.
  }
  return [line(letter), '', ...headers, '', text].join('\n');
};

const replay = async (bus: Bus, letter: DeadLetter): Promise<boolean> => {
  const outcome = await replayDeadLetter(bus, letter);
  console.log(outcome.ok ? `${letter.number}: processed` : `${letter.number}: not processed: ${outcome.reason}`);
  return outcome.ok;
};

const carryOut = async (bus: Bus, action: string, which: string): Promise<number> => {
  if (action === 'list') {
    let count = 0;
    for await (const letter of deadLetters(bus)) {
      console.log(line(letter));
      count += 1;
    }
    console.log(count === 0 ? 'There are no dead letters.' : `\n${count} in all.`);
    return 0;
  }
  if (action === 'replay' && which === 'all') {
    let failed = 0;
    for await (const letter of deadLetters(bus)) if (!(await replay(bus, letter))) failed += 1;
    return failed === 0 ? 0 : 1;
  }
  const letter = /^[1-9]\d*$/.test(which) ? await deadLetter(bus, Number(which)) : undefined;
  if (letter === undefined) throw new Error(`there is no dead letter ${which}: \`threadbox dead-letters\` lists them`);
  switch (action) {
    case 'show':
      console.log(whole(letter));
      return 0;
    case 'replay':
      return (await replay(bus, letter)) ? 0 : 1;
    default:
      await deleteDeadLetter(bus, letter.number);
      console.log(`${letter.number}: deleted`);
      return 0;
  }
};

/** `threadbox dead-letters`: lists, shows, replays and deletes them. */
export const deadLettersCommand = async ({ home, args }: { home: string; args: string[] }): Promise<number> => {
  const [action = 'list', which = ''] = args;
  const isKnown = action === 'list' || (['show', 'replay', 'delete'].includes(action) && which !== '');
  if (!isKnown) {
    console.error(DEAD_LETTERS_HELP);
    return 2;
  }
  const bus = await connectOperator(home);
  try {
    return await carryOut(bus, action, which);
  } finally {
    await bus.close();
  }
};
