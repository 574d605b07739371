/**
 * How long platforms want no calls for a chat. Measured by a clock that only runs on: were the system's own put back by an hour, every
 * chat would wait an hour.
 */
export const createPenalties = (
  /** Until when earlier ones last, in milliseconds since 1970. */
  earlier: ReadonlyMap<string, number>,
  { now = Date.now, running = () => performance.now() }: { now?: () => number; running?: () => number } = {},
) => {
  const ends = new Map([...earlier].map(([chat, until]) => [chat, running() + until - now()]));
  return {
    /** The platform wants no calls for so many milliseconds. Tells until when, in milliseconds since 1970, for whoever comes after us. */
    impose: (chat: string, rest: number): number => {
      ends.set(chat, running() + rest);
      return now() + rest;
    },
    /** How many chats wait. */
    resting: (): number => [...ends.values()].filter((end) => end > running()).length,
    /** Milliseconds until calls are wanted again; 0: they are. */
    left: (chat: string): number => Math.max(0, (ends.get(chat) ?? 0) - running()),
  };
};
