/** Runs what belongs to one lane one after the other, in the order it was asked; lanes run side by side. */
export const createLanes = (): ((lane: string | undefined, work: () => Promise<void>) => Promise<void>) => {
  const ends = new Map<string | undefined, Promise<void>>();
  return async (lane, work) => {
    const before = ends.get(lane) ?? Promise.resolve();
    const mine = before.then(work);
    const end = mine.catch(() => {});
    ends.set(lane, end);
    await end;
    if (ends.get(lane) === end) ends.delete(lane);
    return mine;
  };
};
