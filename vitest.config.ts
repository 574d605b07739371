import { defineConfig } from 'vitest/config';

const places = '{libs,services,schemas,tools}/**';
const elsewhere = ['**/node_modules/**', '**/.threadbox/**'];

/** Projects by suffix: unit tests run alone, *.int.test.ts need NATS and Postgres, *.e2e.test.ts the whole system, *.k8s.test.ts a cluster. */
export default defineConfig({
  test: {
    // Only what chassis names and a service survives, too; every other uncaught error fails the run.
    onUnhandledError: (error) => !/nextWrite .*postgres\/src\/connection\.js/.test(error.stack ?? ''),
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${places}/*.test.ts`],
          exclude: [...elsewhere, '**/*.int.test.ts', '**/*.e2e.test.ts', '**/*.k8s.test.ts'],
          // A busy machine is no failure.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'int',
          include: [`${places}/*.int.test.ts`],
          exclude: elsewhere,
          globalSetup: './tools/infrastructure/src/nats-template.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [`${places}/*.e2e.test.ts`],
          exclude: elsewhere,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'k8s',
          include: [`${places}/*.k8s.test.ts`],
          exclude: elsewhere,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
