import type { Nodes, Root } from 'mdast';
import { sizeOf } from './slice.ts';

/** How good a place is for a cut, the best first. */
export const ranks = { block: 0, inner: 1, line: 2, sentence: 3, word: 4 } as const;

/** A place where the tree may be cut: before unit `at`. */
export type Point = { at: number; rank: number };

const gap = /\s+|[。！？]/g;
const sentenceEnd = /[.!?…:;]["'”’)\]]*$/;

const textPoints = (text: string, at: number): Point[] =>
  [...text.matchAll(gap)].map(({ 0: found, index }) => ({
    at: at + index + found.length,
    rank: found.includes('\n')
      ? ranks.line
      : found.trim() !== '' || sentenceEnd.test(text.slice(Math.max(0, index - 8), index))
        ? ranks.sentence
        : ranks.word,
  }));

const linePoints = (code: string, at: number): Point[] =>
  [...code.matchAll(/\n/g)].map(({ index }) => ({ at: at + index + 1, rank: ranks.line }));

/** Where a cut after the child of a block is: a heading stays with what it is the heading of. */
const rankAfter = (parent: Nodes, child: Nodes): number => {
  if (child.type === 'heading') return ranks.word;
  if (parent.type === 'table') return ranks.line;
  return parent.type === 'root' ? ranks.block : ranks.inner;
};

const isBlock = ({ type }: Nodes): boolean => ['root', 'blockquote', 'list', 'listItem', 'table'].includes(type);

const walk = (node: Nodes, at: number, found: Point[]): void => {
  if (node.type === 'code') found.push(...linePoints(node.value, at));
  else if (node.type === 'break') found.push({ at: at + 1, rank: ranks.line });
  else if (node.type === 'tableRow') return;
  else if ('value' in node) found.push(...textPoints(node.value, at));
  if (!('children' in node)) return;
  let end = at;
  const children: readonly Nodes[] = node.children;
  for (const [i, child] of children.entries()) {
    walk(child, end, found);
    end += sizeOf(child);
    const isHead = node.type === 'table' && i === 0;
    if (isBlock(node) && !isHead && i < children.length - 1) found.push({ at: end, rank: rankAfter(node, child) });
  }
};

/**
 * Every place where the tree may be cut, from front to back: never inside a word, a line of code or a row of a table,
 * and never between a table's head and its first row.
 */
export const pointsOf = (root: Root): Point[] => {
  const found: Point[] = [];
  walk(root, 0, found);
  return found;
};

/** What stands at a unit: the code block or table that it is in, or the leaf. */
export const nodeAt = (root: Root, unit: number): { node: Nodes; start: number } => {
  let node: Nodes = root;
  let start = 0;
  for (;;) {
    if (node.type === 'code' || node.type === 'table' || !('children' in node)) return { node, start };
    const children: readonly Nodes[] = node.children;
    const next: Nodes | undefined = children.find((child) => {
      if (unit < start + sizeOf(child)) return true;
      start += sizeOf(child);
      return false;
    });
    if (next === undefined) return { node, start };
    node = next;
  }
};
