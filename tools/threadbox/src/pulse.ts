import { setTimeout as sleep } from 'node:timers/promises';

/** How often a process is asked whether it is alive, how long it may take, in milliseconds, and how often it may be silent. As in a cluster. */
export type Pulse = { every: number; patience: number; misses: number };

const PULSE: Pulse = { every: 10_000, patience: 5000, misses: 6 };

/**
 * Asks a process's /healthz for as long as it is `current`, and calls `onGone` where it is silent again and again: its event loop hangs,
 * and it will not end by itself.
 */
export const watchPulse = async (options: {
  port: number;
  current: () => boolean;
  onGone: () => void;
  pulse?: Pulse | undefined;
}): Promise<void> => {
  const { port, current, onGone, pulse: { every, patience, misses } = PULSE } = options;
  for (let missed = 0; missed < misses;) {
    await sleep(every, undefined, { ref: false });
    if (!current()) return;
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(patience) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel().catch(() => undefined);
    missed = answer?.status === 200 ? 0 : missed + 1;
  }
  if (current()) onGone();
};
