/** Holds events back while it is being found out what came before them, and then lets them through in their order. */
export type Gate = {
  /** Holds for this reason (a shard that lost its connection), too. */
  hold: (reason: string | number) => void;
  /** The reason is gone; opens once all are. */
  release: (reason: string | number) => void;
  isOpen: () => boolean;
  /** Runs it now, or in its turn once the gate opens. */
  pass: (work: () => void) => void;
};

/** A gate that holds for one reason. */
export const createGate = (reason: string): Gate => {
  const reasons = new Set<string | number>([reason]);
  const held: (() => void)[] = [];
  return {
    hold: (another) => void reasons.add(another),
    release: (gone) => {
      reasons.delete(gone);
      if (reasons.size === 0) for (const work of held.splice(0)) work();
    },
    isOpen: () => reasons.size === 0,
    pass: (work) => {
      if (reasons.size === 0) work();
      else held.push(work);
    },
  };
};
