/** Milliseconds to wait after the attempt with this number (from 1) failed: 250, 500, 1000 … at most 15,000. */
export const backOff = (attempt: number): number => Math.min(250 * 2 ** (attempt - 1), 15_000);

/** Waits; a stop signal ends the waiting at once, without an error. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
