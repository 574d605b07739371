import type { Table } from 'mdast';
import { plainText } from '../markdown/plain-text.ts';

/** The cells of a table as people read them, row by row, each row as long as the longest. */
export const cellsOf = ({ children }: Table): string[][] => {
  const rows = children.map((row) => row.children.map((cell) => plainText(cell).replaceAll(/\s+/g, ' ').trim()));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return rows.map((row) => Array.from({ length: columns }, (_, i) => row[i] ?? ''));
};

/** A table as lines. LINE has no font of fixed width, so nothing could stand below each other: cells are only set apart. */
export const tableLines = (table: Table): string[] => {
  const lines = cellsOf(table).map((row) => row.join(' | ').trimEnd());
  return table.data?.continued === true ? lines : [...lines.slice(0, 1), '———', ...lines.slice(1)];
};
