import type { List, ListItem, Nodes, Root } from 'mdast';
import { tableText } from './table.ts';
import { createWriter, type Formatted, type Writer } from './writer.ts';

/** Indentation ends here, so that a deep list still has room for its words. */
const MAX_INDENT = 16;

type Context = { writer: Writer; depth: number; indent: number };

const blocks = (nodes: readonly Nodes[], context: Context, between: 1 | 2): void => {
  for (const [i, node] of nodes.entries()) {
    if (i > 0) {
      context.writer.newLine();
      if (between === 2) context.writer.newLine();
    }
    write(node, context);
  }
};

const bulletOf = (item: ListItem, list: List, index: number, depth: number): string => {
  const sign = list.ordered === true ? `${(list.start ?? 1) + index}.` : ['•', '◦', '▪'][Math.min(depth, 2)]!;
  const box = item.checked === true ? ' ☑' : item.checked === false ? ' ☐' : '';
  return `${sign}${box} `;
};

const writeItem = (item: ListItem, list: List, index: number, { writer, depth, indent }: Context): void => {
  const bullet = bulletOf(item, list, index, depth);
  const by = ' '.repeat(Math.min(bullet.length, MAX_INDENT - indent));
  writer.write(item.data?.continued === true ? by : bullet);
  const inside = { writer, depth: depth + 1, indent: indent + by.length };
  writer.indented(by, () => blocks(item.children, inside, item.spread === true ? 2 : 1));
};

const writeList = (list: List, context: Context): void => {
  for (const [i, item] of list.children.entries()) {
    if (i > 0) context.writer.newLine();
    if (i > 0 && list.spread === true) context.writer.newLine();
    writeItem(item, list, i, context);
  }
};

const inline = (nodes: readonly Nodes[], context: Context): void => {
  for (const node of nodes) write(node, context);
};

const write = (node: Nodes, context: Context): void => {
  const { writer } = context;
  switch (node.type) {
    case 'root':
      return blocks(node.children, context, 2);
    case 'blockquote':
      return writer.mark('blockquote', () => blocks(node.children, context, 2));
    case 'list':
      return writeList(node, context);
    case 'heading':
    case 'strong':
      return writer.mark('bold', () => inline(node.children, context));
    case 'emphasis':
      return writer.mark('italic', () => inline(node.children, context));
    case 'delete':
      return writer.mark('strikethrough', () => inline(node.children, context));
    case 'link':
      return writer.mark('text_link', () => inline(node.children, context), { url: node.url });
    case 'inlineCode':
      return writer.mark('code', () => writer.write(node.value));
    case 'code': {
      const language = /^[\w+#.-]{1,32}$/.test(node.lang ?? '') ? { language: node.lang! } : {};
      return writer.mark('pre', () => writer.write(node.value), language);
    }
    case 'table':
      return writer.mark('pre', () => writer.write(tableText(node)));
    case 'break':
      return writer.newLine();
    case 'thematicBreak':
      return writer.write('⸻');
    case 'text':
    case 'html':
    case 'yaml':
      return writer.write(node.value);
    case 'image':
    case 'imageReference':
      return writer.write(node.alt || 'image');
    case 'paragraph':
    case 'listItem':
    case 'linkReference':
    case 'tableRow':
    case 'tableCell':
    case 'footnoteDefinition':
      return inline(node.children, context);
    case 'footnoteReference':
    case 'definition':
      return writer.write(`[${node.label ?? node.identifier}]`);
  }
};

/**
 * A tree of Markdown as a message of Telegram: plain text, and entities that mark it. Whatever stands in the tree
 * stands literally in the text, so nothing in it can become markup (no parse mode is used).
 */
export const toEntities = (root: Root): Formatted => {
  const writer = createWriter();
  write(root, { writer, depth: 0, indent: 0 });
  return writer.done();
};
