/**
 * Runs what belongs together one after the other, and the rest side by side: decisions of one process about the same
 * aggregate would only conflict with each other.
 */
export const createLanes = (): (<Result>(lane: string, work: () => Promise<Result>) => Promise<Result>) => {
  const tails = new Map<string, Promise<unknown>>();
  return (lane, work) => {
    const done = (tails.get(lane) ?? Promise.resolve()).then(work, work);
    tails.set(lane, done);
    const forget = (): void => {
      if (tails.get(lane) === done) tails.delete(lane);
    };
    done.then(forget, forget);
    return done;
  };
};
