import { isTransient } from '@threadbox/messaging';

/** The log cannot be read or written: nothing can be decided, so nothing is let out. */
export class LogUnreachable extends Error {
  override readonly name = 'LogUnreachable';
}

/** Does something with the log. Throws `LogUnreachable` where NATS is not there, or is there and does not store. */
export const withLog = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (cause) {
    const why = isTransient(cause) ? 'NATS does not answer' : 'NATS refused';
    throw new LogUnreachable(`the log cannot be used: ${why}`, { cause });
  }
};
