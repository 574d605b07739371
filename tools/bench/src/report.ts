/** What a run of the benchmark found, and how it is told. */
import type { Figures, Suite, Target } from './suite.ts';

/** Everything that one run measured, with where and when. */
export type Report = {
  at: string;
  commit: string;
  machine: { cores: number; cpu: string; node: string };
  scale: number;
  suites: Record<string, Figures>;
};

/** A target beside what was measured. */
export type Verdict = { figure: string; target: string; measured: number; met: boolean };

const shorten = (value: number): number => Number(value.toPrecision(4));

const verdictOf = (title: string, figures: Figures, target: Target): Verdict => {
  const measured = figures[target.row]?.[target.column] ?? Number.NaN;
  const [met, words] =
    'atMost' in target
      ? [measured <= target.atMost, `at most ${target.atMost}`]
      : [measured >= target.atLeast, `at least ${target.atLeast}`];
  return { figure: `${title}: ${target.row}, ${target.column}`, target: words, measured: shorten(measured), met };
};

/** Each target of the suites that ran. */
export const verdicts = (suites: Readonly<Record<string, Suite>>, report: Report): Verdict[] =>
  Object.entries(report.suites).flatMap(([name, figures]) =>
    (suites[name]?.targets ?? []).map((target) => verdictOf(suites[name]?.title ?? name, figures, target)),
  );

/** The figures as tables for people: rows with the same columns stand together. */
export const tablesOf = (figures: Figures): Array<Record<string, Record<string, number>>> => {
  const tables = new Map<string, Record<string, Record<string, number>>>();
  for (const [row, columns] of Object.entries(figures)) {
    const kind = Object.keys(columns).join();
    const short = Object.entries(columns).map(([column, value]) => [column, shorten(value)]);
    tables.set(kind, { ...tables.get(kind), [row]: Object.fromEntries(short) });
  }
  return [...tables.values()];
};

/** Every figure that both runs have: before, now, and by how much it changed, in percent. */
export const compare = (
  before: Report,
  now: Report,
): Record<string, { before: number; now: number; 'change, %': number }> =>
  Object.fromEntries(
    Object.entries(now.suites).flatMap(([suite, figures]) =>
      Object.entries(figures).flatMap(([row, columns]) =>
        Object.entries(columns).flatMap(([column, value]) => {
          const old = before.suites[suite]?.[row]?.[column];
          if (old === undefined || column === 'n') return [];
          const change = value === old ? 0 : (value / old - 1) * 100;
          return [
            [
              `${suite}: ${row}, ${column}`,
              { before: shorten(old), now: shorten(value), 'change, %': Math.round(change) },
            ],
          ];
        }),
      ),
    ),
  );
