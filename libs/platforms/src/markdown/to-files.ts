import type { Code, Nodes, Paragraph, Root, Table } from 'mdast';
import type { OutgoingFile } from '../port.ts';
import { fileExtension } from './file-extension.ts';
import { mapNodes } from './map-nodes.ts';
import { plainText } from './plain-text.ts';

/** What can become a file: it must not be cut inside a line. */
export type Fileable = Code | Table;

/** Code of more lines or characters than this becomes a file. */
export type FileRule = { lines: number; characters: number };

/** The rule where none is given: about two screens of a phone. */
export const fileRule: FileRule = { lines: 60, characters: 3000 };

const linesOf = (code: Code): string[] => code.value.split('\n');

/** The code blocks of a tree that have to become files: too much code, or a line that fits into no part. */
export const tooLong = (
  root: Root,
  rule: FileRule,
  room: { limit: number; measure: (piece: Root) => number },
): Set<Fileable> => {
  const found = new Set<Fileable>();
  mapNodes(root, (node) => {
    if (node.type !== 'code') return [node];
    const lines = linesOf(node);
    const longest = lines.reduce((a, b) => (b.length > a.length ? b : a), '');
    const alone: Root = { type: 'root', children: [{ ...node, value: longest }] };
    const isLong = lines.length > rule.lines || node.value.length > rule.characters;
    if (isLong || room.measure(alone) > room.limit) found.add(node);
    return [node];
  });
  return found;
};

const cell = (node: Nodes): string => plainText(node).replaceAll('|', '\\|').replaceAll('\n', ' ');

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const cellsOf = (row: Table['children'][number] | undefined): string[] => (row?.children ?? []).map(cell);

const tableSource = ({ children: [head, ...rows] }: Table): string =>
  [line(cellsOf(head)), line(cellsOf(head).map(() => '---')), ...rows.map((row) => line(cellsOf(row)))].join('\n');

const note = (name: string, lines: number): Paragraph => ({
  type: 'paragraph',
  children: [
    { type: 'text', value: `${name.startsWith('table') ? 'The table' : 'The code'} is in the file ` },
    { type: 'inlineCode', value: name },
    { type: 'text', value: ` (${lines} ${lines === 1 ? 'line' : 'lines'}).` },
  ],
});

/** The tree with these blocks taken out, each made a file, with a line in its place that names the file. */
export const takeOut = (whole: Root, outside: ReadonlySet<Fileable>): { root: Root; files: OutgoingFile[] } => {
  const files: OutgoingFile[] = [];
  const encoder = new TextEncoder();
  const root = mapNodes(whole, (node) => {
    if ((node.type !== 'code' && node.type !== 'table') || !outside.has(node)) return [node];
    const text = node.type === 'code' ? node.value : tableSource(node);
    const extension = node.type === 'code' ? fileExtension(node.lang) : 'md';
    const name = `${node.type}-${files.length + 1}.${extension}`;
    files.push({ name, mediaType: 'text/plain', bytes: encoder.encode(`${text}\n`) });
    return [note(name, text.split('\n').length)];
  });
  return { root, files };
};
