import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blow } from './plan.ts';
import type { Outcome } from './play.ts';
import { points } from './points.ts';

const blowWords = ({ moment, victims, signal }: Blow, fell: boolean): string => {
  const when =
    moment.kind === 'time'
      ? `after ${moment.after} ms`
      : `${moment.process} ${moment.point}${moment.nth === 1 ? '' : ` (${moment.nth}.)`}${moment.delay === 0 ? '' : ` +${moment.delay} ms`}`;
  return `${signal === 'SIGKILL' ? '' : 'SIGTERM '}${victims.join('+')} at ${when}${fell ? '' : ' [not reached]'}`;
};

/** One line about a round. */
export const roundLine = ({ round, fell, recovery, complaints }: Outcome): string => {
  const blows = round.blows.map((blow, i) => blowWords(blow, fell[i] ?? false)).join('; ');
  const how = complaints.length > 0 ? 'FAILED' : 'ok';
  const time = recovery === undefined ? '' : `  ${(recovery / 1000).toFixed(1)} s`;
  return `${String(round.round).padStart(4)}  ${how.padEnd(6)}  ${round.scene.padEnd(6)}  ${blows}${time}`;
};

/** The points that processes passed, as `inject.ts` wrote them down: `session after commit session`. */
export const readReached = async (faults: string): Promise<string[]> =>
  (await readFile(join(faults, 'reached'), 'utf8').catch(() => '')).split('\n').filter(Boolean);

/** Their names, where they are not too many to be read. */
const few = (names: readonly string[]): string => (names.length > 15 ? '' : `\n  ${names.join('\n  ')}`);

/** What a sweep brought. */
export const summary = (outcomes: readonly Outcome[], passed: ReadonlySet<string>): string[] => {
  const ended = new Map<string, number>();
  const struckAt = new Set<string>();
  for (const { round, fell } of outcomes) {
    for (const [i, { moment, victims }] of round.blows.entries()) {
      if (!fell[i]) continue;
      for (const victim of victims) ended.set(victim, (ended.get(victim) ?? 0) + 1);
      if (moment.kind === 'point') struckAt.add(`${moment.process} ${moment.point}`);
    }
  }
  const listed = points.map(({ process, point }) => `${process} ${point}`);
  const times = outcomes.flatMap(({ recovery }) => recovery ?? []).toSorted((a, b) => a - b);
  const seconds = (at: number): string => ((times[Math.min(times.length - 1, at)] ?? 0) / 1000).toFixed(1);
  const never = listed.filter((point) => !passed.has(point));
  const notStruck = listed.filter((point) => passed.has(point) && !struckAt.has(point));
  const unlisted = [...passed].filter((point) => !listed.includes(point));
  return [
    `rounds      ${outcomes.length}, failed ${outcomes.filter(({ complaints }) => complaints.length > 0).length}`,
    `ended       ${[...ended].map(([victim, count]) => `${victim} ${count}`).join(', ')}`,
    `struck at   ${struckAt.size} of ${listed.length} points`,
    `recovery    median ${seconds(Math.floor(times.length / 2))} s, longest ${seconds(times.length - 1)} s`,
    ...(never.length > 0 ? [`NEVER REACHED:\n  ${never.join('\n  ')}`] : []),
    ...(notStruck.length > 0
      ? [`reached, but nothing was ended there: ${notStruck.length} points${few(notStruck)}`]
      : []),
    ...(unlisted.length > 0 ? [`reached, and not listed in points.ts:\n  ${unlisted.join('\n  ')}`] : []),
  ];
};
