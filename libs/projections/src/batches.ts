/**
 * Collects items, and stores them in batches, one after another. While one batch is stored the next is collected; nobody
 * gets further ahead than that.
 */
export const createBatches = <Item>({
  most,
  store,
}: {
  most: number;
  store: (items: readonly Item[]) => Promise<void>;
}): {
  /** Adds an item. A promise, where it has to be awaited before the next one is added; it rejects where storing failed. */
  add: (item: Item) => Promise<void> | undefined;
  /** Begins to store what there is, once the batch before is stored. Rejects where that failed. */
  flush: () => Promise<void>;
  /** Resolves when everything is stored. Rejects where that failed. */
  drain: () => Promise<void>;
} => {
  let collected: Item[] = [];
  let storing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await storing;
    if (collected.length === 0) return;
    const items = collected;
    collected = [];
    storing = store(items);
    // It is heard by whoever flushes next.
    storing.catch(() => undefined);
  };
  return {
    add: (item) => {
      collected.push(item);
      return collected.length >= most ? flush() : undefined;
    },
    flush,
    drain: async () => {
      await flush();
      await storing;
    },
  };
};
