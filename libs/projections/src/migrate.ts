import type { Sql } from 'postgres';

/** Locks are numbers in Postgres; this one is ours. */
const LOCK = 7_203_001;

/**
 * Brings a service's own Postgres schema up to date: each step of SQL runs once, in order, in one transaction under a lock,
 * so that replicas may start together. Throws where a step that has run already reads differently now.
 */
export const migrate = async (sql: Sql, schema: string, steps: readonly string[]): Promise<void> => {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK})`;
    await tx`create schema if not exists ${tx(schema)}`;
    await tx`create table if not exists ${tx(schema)}.migrations (step int primary key, text text not null)`;
    const done = await tx<
      Array<{ step: number; text: string }>
    >`select step, text from ${tx(schema)}.migrations order by step`;
    for (const { step, text } of done) {
      if (steps[step] !== text)
        throw new Error(`migration ${step} of ${schema} was changed after it had run: add a new one instead`);
    }
    for (const [step, text] of steps.entries()) {
      if (step < done.length) continue;
      await tx.unsafe(text);
      await tx`insert into ${tx(schema)}.migrations ${tx({ step, text })}`;
    }
  });
};
