import { isTransient } from '@threadbox/messaging';

/** The log cannot be read or written: nothing can be decided, so nothing is let out. */
export class LogUnreachable extends Error {
  override readonly name = 'LogUnreachable';
}

/** How long a look into the log may take, in milliseconds: it takes a fraction of one where NATS is there. */
const LOOK = 2000;

/** Reads from the log, and does not wait long for it. Throws `LogUnreachable`. */
export const readLog = async <Result>(look: () => Promise<Result>): Promise<Result> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new LogUnreachable('the log cannot be used: it does not answer')), LOOK);
  try {
    return await withLog(() => Promise.race([look(), late]));
  } finally {
    clearTimeout(timer);
  }
};

/** Does something with the log. Throws `LogUnreachable` where NATS is not there, or is there and does not store. */
export const withLog = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof LogUnreachable) throw cause;
    const why = isTransient(cause) ? 'NATS does not answer' : 'NATS refused';
    throw new LogUnreachable(`the log cannot be used: ${why}`, { cause });
  }
};
