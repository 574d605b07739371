import type { Table } from 'mdast';
import { plainText } from '../markdown/plain-text.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const wide =
  /[\p{Extended_Pictographic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uFF01-\uFF60]/u;

/** How many columns a text takes in a fixed-width font. */
const widthOf = (text: string): number =>
  /^[ -~]*$/.test(text)
    ? text.length
    : [...graphemes.segment(text)].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);

const padded = (text: string, width: number, align: 'left' | 'right' | 'center' | null | undefined): string => {
  const room = width - widthOf(text);
  const before = align === 'right' ? room : align === 'center' ? room >> 1 : 0;
  return ' '.repeat(before) + text + ' '.repeat(room - before);
};

/** A table as aligned lines for a fixed-width font; one that goes on from an earlier part has no head. */
export const tableText = ({ children, align, data }: Table): string => {
  const rows = children.map((row) => row.children.map((cell) => plainText(cell).replaceAll(/\s+/g, ' ')));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(1, ...rows.map((row) => widthOf(row[i] ?? ''))));
  const lines = rows.map((row) =>
    widths
      .map((width, i) => padded(row[i] ?? '', width, align?.[i]))
      .join(' | ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('-+-');
  return (data?.continued === true ? lines : [lines[0], rule, ...lines.slice(1)]).join('\n');
};
