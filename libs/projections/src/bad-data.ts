import postgres from 'postgres';

/**
 * True where Postgres will never take these values, however often they are tried: a data exception (SQLSTATE class 22,
 * such as a NUL character or a number out of range) or a broken constraint (class 23). Everything else may pass.
 */
export const isBadData = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && /^2[23]/.test(error.code);
