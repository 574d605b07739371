import type { Limits } from './limits.ts';

/** The kernel's own hold on one sandbox: it can take no more, however it tries. */
export type Cage = {
  /** The command that runs inside; what it starts is inside, too. */
  wrap: (command: readonly string[]) => readonly string[];
  /** What the kernel refused it or killed it for since it was opened, in plain words; `pid` is any process of it. */
  strike: (pid: number | undefined) => Promise<string | undefined>;
  /** Nothing is left of it; to be called when its processes have ended. */
  close: () => Promise<void>;
};

/** How cages are made on this machine, for a log. */
export type Cages = { by: string; open: (id: string) => Promise<Cage> };

/** The number behind a word in one of the kernel's lists (`oom_kill 3`). */
export const counter = (text: string, word: string): number =>
  Number(new RegExp(`^${word} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

/** What the kernel's counters mean, if they went up. */
export const strikeWord = (
  { oomKills, forksRefused }: { oomKills: number; forksRefused: number },
  { memory, processes }: Limits,
): string | undefined => {
  if (oomKills > 0) return `it needed more than the ${Math.round(memory / 1024 / 1024)} MB of memory that it may use`;
  if (forksRefused > 0) return `it tried to start more than ${processes} processes, and may have no more`;
  return undefined;
};
