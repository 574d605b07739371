import postgres, { type Sql } from 'postgres';
import { z } from 'zod';

/** What a service with a database takes into its config.ts. */
export const databaseSettings = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'a Postgres address such as postgres://user:password@127.0.0.1:5432/threadbox'),
});

/** A connection pool. It connects when it is first used, and again after an outage. */
export const connectDatabase = (url: string, { connections = 4 }: { connections?: number } = {}): Sql =>
  postgres(url, {
    max: connections,
    connect_timeout: 5,
    onnotice: () => undefined,
    connection: { application_name: 'threadbox' },
  });
