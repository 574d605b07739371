import type { Root } from 'mdast';
import { nodeAt, type Point } from './points.ts';
import { sizeOf } from './slice.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const textOf = (node: object): string => {
  if ('value' in node && typeof node.value === 'string') return node.value;
  return 'alt' in node && typeof node.alt === 'string' ? node.alt : '';
};

/**
 * Where a word that is too long for any part may be cut: between what people see as characters, and with
 * `codePoints`, for a character of thousands of combining marks, between those too. Only within the leaf at `from`,
 * its end included; looks at most `span` units ahead.
 */
export const finePoints = (root: Root, from: number, span: number, codePoints = false): Point[] => {
  const { node, start } = nodeAt(root, from);
  const text = textOf(node).slice(from - start, from - start + span);
  const pieces = codePoints ? Array.from(text) : [...graphemes.segment(text)].map(({ segment }) => segment);
  const points: Point[] = [];
  let at = from;
  for (const piece of pieces) {
    at += piece.length;
    points.push({ at, rank: Infinity });
  }
  // The last character seen may be cut short by the span: only the end of the leaf is surely an end.
  if (text.length === span && !codePoints) points.pop();
  const end = start + sizeOf(node);
  return text.length < span && points.at(-1)?.at !== end ? [...points, { at: end, rank: Infinity }] : points;
};
