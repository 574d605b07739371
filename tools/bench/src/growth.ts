/** Whether a message costs the same however many sessions there have been, members there are, and events stand on the log. */
import { atRate, warmUp } from './load.ts';
import { prepare } from './long-log.ts';
import { usage } from './processes.ts';
import { summarize } from './statistics.ts';
import type { Figures, Suite } from './suite.ts';
import { withSystem } from './system.ts';
import { writeLog, writeMembers } from './write-log.ts';

const CHATS = 8;
const RATE = 50;
/** Events of a session's life of one turn, as `write-log.ts` writes it. */
const EVENTS_EACH = 9;

const cpuOf = async (): Promise<number> =>
  [...(await usage()).values()].reduce((sum, { name, cpu }) => (name === 'runner' ? sum : sum + cpu), 0);

const withSessions = (sessions: number, count: number): Promise<Record<string, number>> =>
  withSystem(
    {
      before: async (home) => {
        await prepare(home, async (bus) => {
          await writeMembers(bus, sessions);
          return writeLog(bus, { events: sessions * EVENTS_EACH, turns: 1 });
        });
      },
    },
    async ({ client }) => {
      await warmUp(client, CHATS, 20);
      const before = await cpuOf();
      const { median, p99 } = summarize(await atRate(client, { count, rate: RATE, chats: CHATS }));
      return { median, p99, 'processor time, ms': ((await cpuOf()) - before) / count };
    },
  );

export const growth: Suite = {
  title: 'Growth',
  about: `milliseconds of a message at ${RATE} a second over ${CHATS} chats, and the processor time that it takes, after so many sessions and with so many members`,
  targets: [],
  along: 'sessions and members',
  run: async ({ scale }) => {
    const figures: Record<string, Figures[string]> = {};
    for (const sessions of [10, 1000, 100_000])
      figures[`${sessions} sessions and members`] = await withSessions(sessions, Math.round(500 * scale));
    return figures;
  },
};
