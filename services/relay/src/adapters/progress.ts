/** Which messages are being worked on, by when the stream took them (milliseconds since 1970). */
export const createProgress = () => {
  const underWay = new Set<{ time: number }>();
  return {
    /** Does the work of a message taken at `time`. */
    during: async (time: number, work: () => Promise<void>): Promise<void> => {
      const entry = { time };
      underWay.add(entry);
      try {
        await work();
      } finally {
        underWay.delete(entry);
      }
    },
    /** Whether anything that is older is still being worked on, so that what follows it was not read yet. */
    isBehind: (time: number): boolean => [...underWay].some((entry) => entry.time <= time),
  };
};

export type Progress = ReturnType<typeof createProgress>;
