import { createDice, type Dice } from './dice.ts';
import { points, processes, type Point, type ProcessName, type SceneName } from './points.ts';

/** Whatever can be ended: a process of Threadbox, or what it stands on. */
export type Victim = ProcessName | 'egress' | 'nats' | 'postgres';

/** When something is ended: where a process gets to a point for the nth time, or so many milliseconds after the scene began. */
type Moment =
  | { kind: 'point'; process: ProcessName; point: Point['point']; nth: number; delay: number }
  | { kind: 'time'; after: number };

/** One blow: when, what, and how. `outage`: milliseconds until NATS or Postgres is started again. */
export type Blow = { moment: Moment; victims: readonly Victim[]; signal: 'SIGKILL' | 'SIGTERM'; outage: number };

/** What one round does. */
export type Round = { round: number; scene: SceneName; blows: readonly Blow[] };

const ALL: readonly Victim[] = [...processes, 'egress', 'nats', 'postgres'];
const SCENES: readonly SceneName[] = ['talk', 'stream', 'ask', 'crowd', 'roster', 'reopen'];
/** Every so many rounds one is left to chance: it visits no point for its own sake. */
const CHANCE = 3;
/** The most points that one round visits. */
const POINTS_A_ROUND = 2;

/** Whether a point is reached in a scene: messages come and go in all of them. */
const isReachedIn = (scene: SceneName, point: Point): boolean => point.scene === scene || point.scene === 'talk';

/** Spreads all points over so many rounds, as far as they have room; what shares a round is reached in the first one's scene. */
const spread = (dice: Dice, rounds: number): ReadonlyArray<readonly Point[]> => {
  // Those that are reached everywhere fit in wherever there is room: they come last.
  const [choosy, easy] = [
    points.filter(({ scene }) => scene !== 'talk'),
    points.filter(({ scene }) => scene === 'talk'),
  ];
  const slots: Point[][] = [];
  for (const point of [...dice.shuffled(choosy), ...dice.shuffled(easy)]) {
    const shared =
      slots.length < rounds
        ? undefined
        : slots.find(
            ([first, ...more]) => first && more.length < POINTS_A_ROUND - 1 && isReachedIn(first.scene, point),
          );
    if (shared) shared.push(point);
    else if (slots.length < rounds) slots.push([point]);
  }
  return dice.shuffled(slots);
};

const atPoint = (dice: Dice, { process, point, often }: Point): Moment => ({
  kind: 'point',
  process,
  point,
  nth: 1 + dice.below(often),
  // What follows a step is under way a moment later: buffers are being sent, answers come.
  delay: dice.pick([0, 0, 0, 1, 3, 10]),
});

const visit = (dice: Dice, point: Point): Blow => ({
  moment: atPoint(dice, point),
  victims: [point.process],
  signal: 'SIGKILL',
  outage: 0,
});

const chance = (dice: Dice): { scene: SceneName; blows: Blow[] } => {
  const point = dice.pick(points);
  const outage = dice.pick([50, 300, 1500]);
  const moment = atPoint(dice, point);
  const blow = (
    victims: readonly Victim[],
    signal: Blow['signal'] = 'SIGKILL',
  ): { scene: SceneName; blows: Blow[] } => ({
    scene: point.scene,
    blows: [{ moment, victims, signal, outage }],
  });
  switch (dice.below(5)) {
    case 0:
      return blow(['nats']);
    case 1:
      return blow(['postgres']);
    case 2:
      return blow([point.process, dice.pick(ALL.filter((victim) => victim !== point.process))]);
    case 3:
      return blow([point.process], 'SIGTERM');
    default:
      return {
        scene: dice.pick(SCENES),
        blows: [
          {
            moment: { kind: 'time', after: dice.below(400) },
            victims: [dice.pick(ALL)],
            signal: 'SIGKILL',
            outage,
          },
        ],
      };
  }
};

/**
 * What happens in one round of a sweep: the same for the same seed and number of rounds. Two of three rounds visit points, so that
 * a sweep of enough rounds visits each; the others are left to chance.
 */
export const planRound = (seed: number, rounds: number, round: number): Round => {
  const dice = createDice(seed * 100_003 + round);
  if (round % CHANCE === 0) return { round, ...chance(dice) };
  const slots = Math.max(1, rounds - Math.floor(rounds / CHANCE));
  const slot = round - Math.floor(round / CHANCE) - 1;
  const mine = spread(createDice(seed), slots)[slot] ?? [];
  const [first] = mine;
  return first === undefined
    ? { round, ...chance(dice) }
    : { round, scene: first.scene, blows: mine.map((point) => visit(dice, point)) };
};
