/**
 * A tree of Markdown as a line of units that can be cut anywhere. A unit is a UTF-16 code unit of text or code, and
 * everything else (a rule, a break) is one. The slices of a tree, one after the other, are the tree: nothing is lost,
 * nothing is there twice. A code block counts a line feed after its last line, so that each of its lines ends in one.
 */
import type { Nodes } from 'mdast';

declare module 'mdast' {
  interface ListItemData {
    /** The item began in an earlier piece: it gets no bullet. */
    continued?: boolean;
  }
  interface TableData {
    /** The table's head is in an earlier piece. */
    continued?: boolean;
  }
}

const sizes = new WeakMap<Nodes, number>();

const count = (node: Nodes): number => {
  if ('children' in node) {
    const children: readonly Nodes[] = node.children;
    return children.reduce((sum, child) => sum + sizeOf(child), 0);
  }
  if (node.type === 'code') return node.value.length + 1;
  if (node.type === 'image') return node.alt?.length ?? 0;
  return 'value' in node ? node.value.length : 1;
};

/** How many units a node has; at least one, so that nothing falls between two cuts. */
export const sizeOf = (node: Nodes): number => {
  const known = sizes.get(node);
  if (known !== undefined) return known;
  const size = Math.max(1, count(node));
  sizes.set(node, size);
  return size;
};

const sliceChildren = (children: readonly Nodes[], from: number, to: number): { first: number; kept: Nodes[] } => {
  const kept: Nodes[] = [];
  let first = 0;
  let start = 0;
  for (const [i, child] of children.entries()) {
    const end = start + sizeOf(child);
    if (end > from && start < to) {
      if (kept.length === 0) first = i;
      kept.push(slice(child, from - start, to - start));
    }
    start = end;
  }
  return { first, kept };
};

/** The units `from` … `to - 1` of a node, as a node of its kind. */
export const slice = <Node extends Nodes>(node: Node, from: number, to: number): Node => {
  if (from <= 0 && to >= sizeOf(node)) return node;
  const start = Math.max(0, from);
  if ('children' in node) {
    const { first, kept } = sliceChildren(node.children, start, to);
    const part = { ...node, children: kept };
    if (start === 0) return part;
    if (part.type === 'list') return part.ordered === true ? { ...part, start: (part.start ?? 1) + first } : part;
    if (part.type === 'listItem') return { ...part, checked: null, data: { ...part.data, continued: true } };
    if (part.type === 'table') return { ...part, data: { ...part.data, continued: true } };
    return part;
  }
  if (node.type === 'code') return { ...node, value: `${node.value}\n`.slice(start, to).replace(/\n$/, '') };
  if (node.type === 'image') return { ...node, alt: node.alt?.slice(start, to) };
  return 'value' in node ? { ...node, value: node.value.slice(start, to) } : node;
};
