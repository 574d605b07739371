import type { List, ListItem, Nodes, Root } from 'mdast';
import { plainText } from '../markdown/plain-text.ts';
import { tableLines } from './table.ts';

/** Indentation ends here, so that a deep list still has room for its words. */
const MAX_INDENT = 12;

const blocks = (nodes: readonly Nodes[], indent: string, isSpread: boolean): string[] =>
  nodes.flatMap((node, i) => [...(i > 0 && isSpread ? [''] : []), ...linesOf(node, indent)]);

const indented = (text: string, indent: string): string[] =>
  text.split('\n').map((line) => (line === '' ? '' : indent + line));

const bulletOf = (item: ListItem, list: List, index: number): string => {
  const sign = list.ordered === true ? `${(list.start ?? 1) + index}.` : '•';
  const box = item.checked === true ? ' ☑' : item.checked === false ? ' ☐' : '';
  return `${sign}${box} `;
};

const itemLines = (item: ListItem, list: List, index: number, indent: string): string[] => {
  const bullet = bulletOf(item, list, index);
  const inner = indent + ' '.repeat(Math.max(0, Math.min(bullet.length, MAX_INDENT - indent.length)));
  const lines = blocks(item.children, inner, item.spread === true);
  if (item.data?.continued === true) return lines;
  const [first = inner, ...rest] = lines;
  // Code stands at the edge, so an item that begins with it has its bullet above.
  const isCode = item.children[0]?.type === 'code';
  return isCode
    ? [`${indent}${bullet}`.trimEnd(), first, ...rest]
    : [indent + bullet + first.slice(inner.length), ...rest];
};

const linesOf = (node: Nodes, indent: string): string[] => {
  switch (node.type) {
    case 'root':
      return blocks(node.children, indent, true);
    case 'blockquote':
      return blocks(node.children, indent.length < MAX_INDENT ? `${indent}> ` : indent, true);
    case 'list':
      return node.children.flatMap((item, i) => [
        ...(i > 0 && node.spread === true ? [''] : []),
        ...itemLines(item, node, i, indent),
      ]);
    case 'code':
      return node.value.split('\n');
    case 'table':
      return tableLines(node);
    case 'thematicBreak':
      return [`${indent}———`];
    case 'paragraph':
    case 'heading':
    case 'html':
    case 'text':
    case 'yaml':
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'inlineCode':
    case 'link':
    case 'image':
    case 'break':
    case 'listItem':
    case 'tableRow':
    case 'tableCell':
    case 'linkReference':
    case 'imageReference':
    case 'footnoteReference':
    case 'footnoteDefinition':
    case 'definition':
      return indented(plainText(node), indent);
  }
};

/**
 * A tree of Markdown as LINE shows it: plain text. Code keeps every space of its lines, and stands at the edge. Control
 * characters (the colours of a terminal, say) show nothing there, and are left out.
 */
export const toText = (root: Root): string =>
  linesOf(root, '')
    .join('\n')
    .replaceAll(/[\p{Cc}--[\n\t]]/gv, '')
    .trimEnd();
