/** How many calls a sandbox may make at once, and how many a second after that, for as long as it likes. */
const AT_ONCE = 120;
const PER_SECOND = 2;

/** What a sandbox has left, as of a time in milliseconds. */
export type Pace = { left: number; at: number };

/**
 * The pace after one more call; `wait` is set where it comes too soon: in so many seconds there is room again. Each call is
 * on the log for ever, so no sandbox may make them as fast as it can.
 */
export const afterCall = (pace: Pace | undefined, now: number): Pace & { wait?: number } => {
  const before = pace ?? { left: AT_ONCE, at: now };
  const left = Math.min(AT_ONCE, before.left + (Math.max(0, now - before.at) / 1000) * PER_SECOND);
  return left >= 1 ? { left: left - 1, at: now } : { left, at: now, wait: Math.ceil((1 - left) / PER_SECOND) };
};
