/** A runner's log: JSON lines on standard error. What people and agents wrote never goes into it. */
export type Log = {
  info: (fields: object, text: string) => void;
  warn: (fields: object, text: string) => void;
};

/** Writes lines that name the sandbox. */
export const createLog = (sandbox: string, write: (line: string) => void): Log => {
  const line =
    (level: string) =>
    (fields: object, msg: string): void => {
      const plain = Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? wordsOf(value) : value]),
      );
      write(
        `${JSON.stringify({ level, time: new Date().toISOString(), service: 'runner', sandbox, ...plain, msg })}\n`,
      );
    };
  return { info: line('info'), warn: line('warn') };
};

/** What agents say when they fail may hold what people wrote; that it failed, and with which code, does not. */
const wordsOf = (error: Error): string => {
  const own = error.name.startsWith('Agent') ? error.name : `${error.name}: ${error.message}`;
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  return `${own}${code}${error.cause instanceof Error ? ` ← ${wordsOf(error.cause)}` : ''}`.slice(0, 500);
};
