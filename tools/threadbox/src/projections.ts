import { connectDatabase, type Progress, type Skip, type Verdict } from '@threadbox/projections';
import { connectOperator, databaseOf } from './operator.ts';
import { projectionTable, type OperatedProjection } from './projection-table.ts';

export const PROJECTIONS_HELP = `threadbox projections: the tables in Postgres that follow from the log

  projections                     list them
  projections verify [name …]     compare every row with a fresh replay of the log; exit code 1 where one differs
  projections rebuild [name …]    make them anew beside the live ones, then switch; services may run

without names: all of them. Either may be interrupted at any point: what it left behind goes with the next run`;

/** How often progress is said, in milliseconds. */
const SAY_EVERY = 1000;

const hear = (name: string) => {
  const begun = performance.now();
  let said = begun;
  let skipped = 0;
  const skip: Skip = (error, sequence) => {
    skipped += 1;
    if (skipped <= 10)
      console.error(
        `${name}: #${sequence} is left out: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      );
  };
  const line = ({ sequence, upTo, events }: Progress): string => {
    const seconds = (performance.now() - begun) / 1000;
    return `${name}: ${sequence} of ${upTo}, ${events} events, ${Math.round(events / Math.max(seconds, 0.001))} a second`;
  };
  const progress = (now: Progress): void => {
    if (performance.now() - said < SAY_EVERY && now.sequence < now.upTo) return;
    said = performance.now();
    console.log(line(now));
  };
  return { skip, progress };
};

const tell = (name: string, { sequence, rows, count, differences }: Verdict): void => {
  for (const { table, key, live, fresh } of differences) {
    console.log(`${name}.${table} ${JSON.stringify(key)}`);
    console.log(`  live   ${live === undefined ? 'no such row' : JSON.stringify(live)}`);
    console.log(`  fresh  ${fresh === undefined ? 'no such row' : JSON.stringify(fresh)}`);
  }
  const more = count - differences.length;
  if (more > 0) console.log(`… and ${more} more`);
  console.log(
    count === 0
      ? `${name}: ${rows} rows are as the log says, up to #${sequence}`
      : `${name}: ${count} rows differ from the log up to #${sequence}; \`threadbox projections rebuild ${name}\` makes them anew`,
  );
};

const chosen = (names: readonly string[]): readonly OperatedProjection[] => {
  const unknown = names.find((name) => !projectionTable.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`there is no projection “${unknown}”: ${projectionTable.map(({ name }) => name).join(', ')}`);
  return projectionTable.filter(({ name }) => names.length === 0 || names.includes(name));
};

/** `threadbox projections`: lists, verifies and rebuilds them. Tells the exit code. */
export const projectionsCommand = async ({ home, args }: { home: string; args: string[] }): Promise<number> => {
  const [action = 'list', ...names] = args;
  if (action === 'list') {
    console.log(projectionTable.map(({ name }) => name).join('\n'));
    return 0;
  }
  if (action !== 'verify' && action !== 'rebuild') {
    console.error(PROJECTIONS_HELP);
    return 2;
  }
  const projections = chosen(names);
  const bus = await connectOperator(home);
  const sql = connectDatabase(await databaseOf(home), { connections: 3 });
  try {
    let differing = 0;
    for (const projection of projections) {
      if (action === 'rebuild') {
        const { sequence } = await projection.rebuild({ bus, sql }, hear(projection.name));
        console.log(`${projection.name}: made anew, up to #${sequence}`);
      } else {
        const verdict = await projection.verify({ bus, sql }, hear(projection.name));
        tell(projection.name, verdict);
        differing += verdict.count;
      }
    }
    return differing === 0 ? 0 : 1;
  } finally {
    await sql.end({ timeout: 1 });
    await bus.close();
  }
};
