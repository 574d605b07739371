/** Figures that belong to growing numbers, as curves: a logarithmic scale from left to right, one from 0 upwards. */
import type { Figures } from './suite.ts';

const HEIGHT = 180;
const COLORS = ['#4a7fb5', '#c98a2b', '#5a9a68', '#8a5fa8'];

type Place = { left: number; top: number; width: number };

/** SVG of each column's curve, and how high all of it is. `escape` makes text safe. */
export const drawCurves = (
  figures: Figures,
  along: string,
  { left, top, width }: Place,
  escape: (text: string) => string,
): { parts: readonly string[]; height: number } => {
  const rows = Object.entries(figures).map(([name, columns]) => ({ n: Number.parseFloat(name), columns }));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.columns)))].filter((column) => column !== 'n');
  const most = Math.max(...rows.flatMap((row) => Object.values(row.columns)), 1e-9) * 1.15;
  const [first, last] = [rows[0]?.n ?? 1, rows.at(-1)?.n ?? 10];
  const x = (n: number): number => left + (Math.log(n / first) / Math.log(Math.max(last / first, 2))) * (width - 160);
  const y = (value: number): number => top + HEIGHT * (1 - value / most);
  const at = (number: number): string => number.toFixed(1);

  const parts = [`<path d="M${left} ${top}V${top + HEIGHT}H${at(x(last))}" fill="none" stroke="#999"/>`];
  for (const { n } of rows)
    parts.push(`<text x="${at(x(n))}" y="${top + HEIGHT + 18}" text-anchor="middle">${n.toLocaleString('en')}</text>`);
  const middle = at((x(first) + x(last)) / 2);
  parts.push(`<text x="${middle}" y="${top + HEIGHT + 36}" text-anchor="middle">${escape(along)}</text>`);
  for (const [index, column] of columns.entries()) {
    const points = rows.flatMap((row) => {
      const value = row.columns[column];
      return value === undefined ? [] : [{ x: x(row.n), y: y(value), value }];
    });
    const color = COLORS[index % COLORS.length]!;
    const line = points.map((point) => `${at(point.x)},${at(point.y)}`).join(' ');
    parts.push(`<polyline points="${line}" fill="none" stroke="${color}" stroke-width="2"/>`);
    for (const point of points) {
      parts.push(
        `<circle cx="${at(point.x)}" cy="${at(point.y)}" r="3" fill="${color}"/>`,
        `<text x="${at(point.x)}" y="${at(point.y - 8)}" text-anchor="middle">${Number(point.value.toPrecision(3))}</text>`,
      );
    }
    const end = points.at(-1);
    if (end)
      parts.push(`<text x="${at(end.x + 28)}" y="${at(end.y + 4)}" style="fill:${color}">${escape(column)}</text>`);
  }
  return { parts, height: HEIGHT + 42 };
};
