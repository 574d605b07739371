import type { Blockquote, Heading, Link, List, ListItem, Nodes, Root } from 'mdast';
import { tableText } from '../telegram/table.ts';
import { codeBlock, escapeText, inlineCode } from './escape.ts';

/** A line of a message; one at the edge is not indented by the list it stands in (code, quotes). */
type Line = { text: string; edge: boolean };

/** Indentation ends here, so that a deep list still has room for its words. */
const MAX_INDENT = 16;

const linesOf = (text: string, edge = false): Line[] => text.split('\n').map((line) => ({ text: line, edge }));
const indented = (lines: readonly Line[], by: string): Line[] =>
  lines.map((line) => (line.edge || line.text === '' ? line : { ...line, text: by + line.text }));

/** Marks around words; white space stays outside, where Discord wants it. */
const marked = (inside: string, mark: string): string => {
  const words = inside.trim();
  if (words === '') return inside;
  const start = inside.indexOf(words);
  return `${inside.slice(0, start)}${mark}${words}${mark}${inside.slice(start + words.length)}`;
};

type Style = 'strong' | 'emphasis' | 'delete';
const markOf = (style: Style, inside: string): string => {
  if (style === 'strong') return '**';
  if (style === 'delete') return '~~';
  // Between two stars Discord reads pairs of stars, but no escaped ones; underlines want a space behind them.
  return inside.replaceAll('**', '').includes('*') ? '_' : '*';
};

/** A bracket in an address would end the link; a backslash is none of Discord's addresses. */
const percent = (character: string): string => `%${character.charCodeAt(0).toString(16)}`;

const link = ({ url, children }: Link, styles: readonly Style[]): string => {
  const [only] = children;
  if (children.length === 1 && only?.type === 'text' && /^https?:\/\//i.test(only.value)) {
    // An address that was cut stands in pieces: none of them is a link.
    return only.value === url ? `<${url}>` : escapeText(only.value);
  }
  return `[${inline(children, styles)}](<${url.replaceAll(/[()\\]/g, percent)}>)`;
};

const inlineNode = (node: Nodes, styles: readonly Style[]): string => {
  switch (node.type) {
    case 'text':
    case 'html':
    case 'yaml':
      return escapeText(node.value);
    case 'inlineCode':
      return inlineCode(node.value);
    case 'strong':
    case 'emphasis':
    case 'delete': {
      const inside = inline(node.children, [...styles, node.type]);
      return styles.includes(node.type) ? inside : marked(inside, markOf(node.type, inside));
    }
    case 'link':
      return link(node, styles);
    case 'break':
      return '\n';
    case 'image':
    case 'imageReference':
      return escapeText(node.alt || 'image');
    case 'footnoteReference':
    case 'definition':
      return escapeText(`[${node.label ?? node.identifier}]`);
    case 'thematicBreak':
      return '⸻';
    case 'code':
      return inlineCode(node.value);
    case 'root':
    case 'paragraph':
    case 'heading':
    case 'blockquote':
    case 'list':
    case 'listItem':
    case 'table':
    case 'tableRow':
    case 'tableCell':
    case 'linkReference':
    case 'footnoteDefinition':
      return inline(node.children, styles);
  }
};

const inline = (nodes: readonly Nodes[], styles: readonly Style[] = []): string =>
  nodes.map((node) => inlineNode(node, styles)).join('');

const heading = ({ depth, children }: Heading, inList: boolean): Line[] => {
  if (depth > 3 || inList) return linesOf(marked(inline(children, ['strong']), '**'));
  const text = inline(children).replaceAll(/\s*\n\s*/g, ' ');
  return [{ text: `${'#'.repeat(depth)} ${text}`, edge: false }];
};

const bulletOf = (item: ListItem, list: List, index: number): string => {
  const sign = list.ordered === true ? `${(list.start ?? 1) + index}.` : '-';
  const box = item.checked === true ? ' ☑' : item.checked === false ? ' ☐' : '';
  return `${sign}${box} `;
};

const itemLines = (item: ListItem, list: List, index: number, depth: number): Line[] => {
  const bullet = bulletOf(item, list, index);
  const by = ' '.repeat(depth < MAX_INDENT / 2 ? Math.min(bullet.length, 3) : 0);
  const inside = blocks(item.children, depth + 1, item.spread === true);
  if (item.data?.continued === true) return indented(inside, by);
  const [first, ...rest] = inside;
  if (first === undefined || first.edge) return [{ text: bullet.trimEnd(), edge: false }, ...indented(inside, by)];
  return [{ text: bullet + first.text, edge: false }, ...indented(rest, by)];
};

const list = (node: List, depth: number): Line[] =>
  node.children.flatMap((item, i) => [
    ...(i > 0 && node.spread === true ? linesOf('') : []),
    ...itemLines(item, node, i, depth),
  ]);

const quote = ({ children }: Blockquote): Line[] =>
  blocks(children, 0, true).map(({ text }) => ({ text: `> ${text}`, edge: true }));

const block = (node: Nodes, depth: number): Line[] => {
  if (node.type === 'heading') return heading(node, depth > 0);
  if (node.type === 'code') return linesOf(codeBlock(node.value, node.lang), true);
  if (node.type === 'table') return linesOf(codeBlock(tableText(node), undefined), true);
  if (node.type === 'blockquote') return quote(node);
  if (node.type === 'list') return list(node, depth);
  return linesOf(inlineNode(node, []));
};

/** Code and headings bring their own distance. */
const isClose = (before: Nodes, after: Nodes): boolean =>
  [before.type, after.type].some((type) => type === 'code' || type === 'table') || before.type === 'heading';

const blocks = (nodes: readonly Nodes[], depth: number, spread: boolean): Line[] =>
  nodes.flatMap((node, i) => {
    const before = nodes[i - 1];
    const gap = before !== undefined && spread && !isClose(before, node) ? linesOf('') : [];
    return [...gap, ...block(node, depth)];
  });

/**
 * A tree of Markdown as a message of Discord's. Whatever stands in the tree stands literally in the message: what
 * Discord would take for a mark or a mention is escaped.
 */
export const toDiscordText = (root: Root): string =>
  blocks(root.children, 0, true)
    .map(({ text }) => text)
    .join('\n');
