/** A turn that is not over: where its answer belongs, and whether something that it asked stands below its placeholder. */
type OpenTurn = { conversation: string; interrupted: boolean };

/** What the relay remembers of a session's turns: those that are open, and which are over. */
export type SessionTurns = {
  /** By the turn's number. */
  open: Readonly<Record<string, OpenTurn>>;
  /** Every turn up to this one is over, unless it is open. */
  through: number;
  /** These are over, too. */
  beyond: readonly number[];
};

/** A session of which nothing was heard yet. */
export const noTurns: SessionTurns = { open: {}, through: 0, beyond: [] };

/** How many turns may be over behind one that was never announced, before that one is taken to be over. */
const PATIENCE = 200;

const isOver = ({ through, beyond }: SessionTurns, turn: number): boolean => turn <= through || beyond.includes(turn);

/** How a turn stands; undefined where it was never announced. */
export const standing = (
  turns: SessionTurns,
  turn: number,
): (OpenTurn & { done: false }) | { done: true } | undefined => {
  const open = turns.open[turn];
  if (open) return { ...open, done: false };
  return isOver(turns, turn) ? { done: true } : undefined;
};

/** The turn's answer belongs here. One that is over stays over. */
export const announced = (turns: SessionTurns, turn: number, conversation: string): SessionTurns => {
  const before = turns.open[turn];
  if (before?.conversation === conversation || (!before && isOver(turns, turn))) return turns;
  const now = { conversation, interrupted: before?.interrupted ?? false };
  return { ...turns, open: { ...turns.open, [turn]: now } };
};

const interruptedWhere = (turns: SessionTurns, concerns: (turn: number) => boolean): SessionTurns => {
  const changed = Object.entries(turns.open).filter(
    ([turn, { interrupted }]) => !interrupted && concerns(Number(turn)),
  );
  if (changed.length === 0) return turns;
  const marked = Object.fromEntries(changed.map(([turn, open]) => [turn, { ...open, interrupted: true }]));
  return { ...turns, open: { ...turns.open, ...marked } };
};

/** The turn asked something, below its placeholder. */
export const interrupted = (turns: SessionTurns, turn: number): SessionTurns =>
  interruptedWhere(turns, (open) => open === turn);

/** The same for the turns that wait behind this one: its answer stands below their placeholders. */
export const followingInterrupted = (turns: SessionTurns, turn: number): SessionTurns =>
  interruptedWhere(turns, (open) => open > turn);

/** The turn is over. */
export const finished = (turns: SessionTurns, turn: number): SessionTurns => {
  if (!turns.open[turn] && isOver(turns, turn)) return turns;
  const { [turn]: _, ...open } = turns.open;
  const over = [...new Set([...turns.beyond, turn])].toSorted((one, other) => one - other);
  let { through } = turns;
  let taken = 0;
  while (over[taken] !== undefined && (over[taken]! <= through + 1 || over.length - taken > PATIENCE)) {
    through = Math.max(through, over[taken]!);
    taken += 1;
  }
  return { open, through, beyond: over.slice(taken) };
};

/** A conversation is closed: whatever was to be answered there is over. */
export const left = (turns: SessionTurns, conversation: string): SessionTurns =>
  Object.entries(turns.open)
    .filter(([, open]) => open.conversation === conversation)
    .reduce((state, [turn]) => finished(state, Number(turn)), turns);
