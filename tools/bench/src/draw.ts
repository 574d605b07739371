/** The figures as a picture: a bar a figure, one scale a suite, so that what belongs together can be seen together; what grows, as curves. */
import { drawCurves } from './draw-curves.ts';
import type { Report } from './report.ts';
import type { Suite } from './suite.ts';

const WIDTH = 900;
const LABEL = 420;
const BAR = 16;
const LINE = 22;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

type Bar = { label: string; value: number; target: number | undefined };

const barsOf = (suite: Suite | undefined, figures: Report['suites'][string]): Bar[] =>
  Object.entries(figures).flatMap(([row, columns]) =>
    Object.entries(columns)
      .filter(([column, value]) => column !== 'n' && Number.isFinite(value))
      .map(([column, value]) => {
        const target = suite?.targets.find((one) => one.row === row && one.column === column);
        return {
          label: `${row}, ${column}`,
          value,
          target: target && ('atMost' in target ? target.atMost : target.atLeast),
        };
      }),
  );

/** An SVG of a report; a line across a bar is its target. */
export const draw = (suites: Readonly<Record<string, Suite>>, report: Report): string => {
  const parts: string[] = [];
  let y = 30;
  const text = (x: number, what: string, more = ''): void => {
    parts.push(`<text x="${x}" y="${y}" ${more}>${escape(what)}</text>`);
  };
  text(10, `Threadbox, ${report.commit}, ${report.at.slice(0, 16)}, ${report.machine.cores} cores`, 'class="head"');
  for (const [name, figures] of Object.entries(report.suites)) {
    y += LINE * 2;
    text(10, suites[name]?.title ?? name, 'class="head"');
    const along = suites[name]?.along;
    if (along !== undefined) {
      const curves = drawCurves(figures, along, { left: 60, top: y + LINE, width: WIDTH - 60 }, escape);
      parts.push(...curves.parts);
      y += LINE + curves.height;
      continue;
    }
    const bars = barsOf(suites[name], figures);
    // Logarithmic: figures of one suite may be a thousand times apart.
    const most = Math.max(1, ...bars.flatMap(({ value, target }) => [value, target ?? 0]));
    const at = (value: number): number =>
      (Math.log10(1 + Math.max(0, value)) / Math.log10(1 + most)) * (WIDTH - LABEL - 90);
    for (const { label, value, target } of bars) {
      y += LINE;
      text(10, label);
      const top = y - BAR + 3;
      parts.push(`<rect x="${LABEL}" y="${top}" width="${at(value).toFixed(1)}" height="${BAR}" />`);
      if (target !== undefined)
        parts.push(
          `<line x1="${(LABEL + at(target)).toFixed(1)}" x2="${(LABEL + at(target)).toFixed(1)}" y1="${top - 2}" y2="${top + BAR + 2}" />`,
        );
      text(LABEL + at(value) + 6, String(Number(value.toPrecision(4))));
    }
  }
  const style =
    'text{font:13px sans-serif;fill:#222}.head{font-weight:bold}rect{fill:#4a7fb5}line{stroke:#c33;stroke-width:2}';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + LINE}"><style>${style}</style><rect width="100%" height="100%" style="fill:#fff"/>${parts.join('')}</svg>\n`;
};
