/** How fast a read model is made anew from the log, beside what its events cost merely to be read. */
import { connectDatabase, rebuildProjection, verifyProjection } from '@threadbox/projections';
import { testNats, testPostgres } from '@threadbox/tool-infrastructure/testing';
import { sessionsProjection } from '../../../services/session/src/projections/sessions.ts';
import { writeLog } from './write-log.ts';

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
};

/** Measures with so many events, and tells the rows. */
export const measureRebuild = async (events: number): Promise<Record<string, Record<string, number>>> => {
  const [nats, server] = await Promise.all([testNats(), testPostgres()]);
  const bus = await nats.connect('admin');
  const sql = connectDatabase(server.url);
  try {
    const written = await writeLog(bus, { events });
    let taken = { commits: 0, events: 0 };
    const hear = {
      skip: (error: unknown) => {
        throw error;
      },
      progress: (now: { commits: number; events: number }) => {
        taken = now;
      },
    };
    const row = (time: number): Record<string, number> => ({
      events: taken.events,
      commits: taken.commits,
      seconds: time,
      'events/s': taken.events / time,
      'commits/s': taken.commits / time,
    });
    const cpu = process.cpuUsage();
    const rebuilt = row(await seconds(() => rebuildProjection({ bus, sql }, sessionsProjection, hear)));
    const { user, system } = process.cpuUsage(cpu);
    const verified = row(await seconds(() => verifyProjection({ bus, sql }, sessionsProjection, hear)));
    return {
      'the log': { events: written.events, commits: written.commits },
      'sessions, rebuilt': { ...rebuilt, 'own µs/event': (user + system) / taken.events },
      'sessions, verified': verified,
    };
  } finally {
    await sql.end({ timeout: 1 });
    await bus.close();
    await Promise.all([nats.stop(), server.stop()]);
  }
};
