import { setTimeout as sleep } from 'node:timers/promises';

/** Does something until it succeeds, with growing pauses; ends with the signal's reason once it is aborted, or with what `onFailure` throws. */
export const untilDone = async <Value>(
  work: () => Promise<Value>,
  options: { signal: AbortSignal; onFailure: (error: unknown, tries: number) => void; within?: number },
): Promise<Value> => {
  for (let tries = 1; ; tries += 1) {
    options.signal.throwIfAborted();
    try {
      return await (options.within === undefined ? work() : withDeadline(work(), options.within));
    } catch (error) {
      options.onFailure(error, tries);
    }
    await sleep(Math.min(100 * 2 ** (tries - 1), 10_000), undefined, { signal: options.signal });
  }
};

const withDeadline = async <Value>(work: Promise<Value>, milliseconds: number): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** A signal that is aborted so many milliseconds after this one. */
export const later = (signal: AbortSignal, milliseconds: number): AbortSignal => {
  const aborter = new AbortController();
  const begin = (): void => void setTimeout(() => aborter.abort(signal.reason), milliseconds).unref();
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return aborter.signal;
};
