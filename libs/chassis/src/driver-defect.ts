/**
 * Postgres.js 3.4.9 throws from a timer, where nobody can catch it, when a connection dies under a transaction
 * (porsager/postgres#1208, open). Nothing of ours is broken by it: the transaction's owner gives up and tries again.
 */
export const isDriverDefect = (error: unknown): boolean =>
  error instanceof TypeError && /nextWrite .*postgres\/(c?src|cjs\/src)\/connection\.js/.test(error.stack ?? '');
