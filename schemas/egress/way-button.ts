import type { Button } from '../chat/notice-requested.ts';
import type { WayChoice } from '../session/way-answered.ts';

const LETTERS = { here: 'h', everywhere: 'e', no: 'n' } as const satisfies Record<WayChoice, string>;
const LABELS = { here: 'Allow here', everywhere: 'Allow everywhere', no: 'No' } as const satisfies Record<
  WayChoice,
  string
>;
const CHOICES: readonly WayChoice[] = ['here', 'everywhere', 'no'];

/**
 * The buttons under the word that a sandbox wanted to go where nobody allowed it: the way is named by its number among
 * those of its session, for a host is longer than a button's value may be.
 */
export const wayButtons = (session: string, way: number): readonly Button[] =>
  CHOICES.map((choice) => ({
    label: LABELS[choice],
    value: `w:${session}:${way}:${LETTERS[choice]}`,
    style: choice === 'here' ? 'primary' : 'secondary',
  }));

/** What such a button stands for; undefined where it is none. */
export const readWayButton = (value: string): { session: string; way: number; choice: WayChoice } | undefined => {
  const [, session, way, letter] = /^w:([0-9a-f-]{36}):(\d{1,4}):([hen])$/.exec(value) ?? [];
  const choice = CHOICES.find((name) => LETTERS[name] === letter);
  return session === undefined || choice === undefined ? undefined : { session, way: Number(way), choice };
};

/**
 * The choice that somebody typed instead: a button's label in full. Never a number or a bare yes or no: an agent that wants
 * a way opened could ask a harmless question to which that is the answer.
 */
export const readTypedWay = (text: string): Exclude<WayChoice, 'no'> | undefined => {
  const said = text.trim().toLowerCase().replace(/[.!]$/, '');
  return (['here', 'everywhere'] as const).find((choice) => said === LABELS[choice].toLowerCase());
};
