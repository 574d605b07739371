/**
 * Runs tasks of one key strictly one after another, and tasks of different keys at the same time.
 * A task must not reject: nobody listens.
 */
export const createKeyQueue = (): {
  run: (key: string, task: () => Promise<void>) => void;
  idle: () => Promise<void>;
} => {
  const tails = new Map<string, Promise<void>>();
  return {
    run: (key, task) => {
      const tail = (tails.get(key) ?? Promise.resolve()).then(task);
      tails.set(key, tail);
      void tail.finally(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    },
    idle: async () => {
      await Promise.all(tails.values());
    },
  };
};
