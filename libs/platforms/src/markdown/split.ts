import type { Root } from 'mdast';
import type { OutgoingFile } from '../port.ts';
import { finePoints } from './fine-points.ts';
import { parseMarkdown } from './parse.ts';
import { nodeAt, type Point, pointsOf, ranks } from './points.ts';
import { sizeOf, slice } from './slice.ts';
import { type Fileable, type FileRule, fileRule, takeOut, tooLong } from './to-files.ts';

/** How much fits into one part: `measure` tells how large the platform finds a piece, once it is rendered. */
export type Room = { limit: number; measure: (piece: Root) => number };

/** Pieces of the tree, each of which fits into one part, and what became a file instead. */
export type Split = { pieces: readonly Root[]; files: readonly OutgoingFile[] };

/** The last of the points for which `fits` holds, as far as it holds without a gap. Asks about log n of them. */
export const lastFitting = (points: readonly Point[], fits: (at: number) => boolean): number => {
  let good = -1;
  let step = 1;
  let bad = points.length;
  while (good + step < bad) {
    const next = good + step;
    if (fits(points[next]!.at)) {
      good = next;
      step *= 2;
    } else bad = next;
  }
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fits(points[middle]!.at)) good = middle;
    else bad = middle;
  }
  return good;
};

/** Of the places that fit, the best one that leaves the part at least half full. */
const choose = (points: readonly Point[], from: number): number => {
  const furthest = points.at(-1)!;
  const half = from + (furthest.at - from) / 2;
  let best = furthest;
  for (const point of points) if (point.at >= half && point.rank <= best.rank) best = point;
  return best.at;
};

type Cut = { at: number } | { stuck: Fileable };

const nextCut = (root: Root, ahead: readonly Point[], from: number, { limit, measure }: Room): Cut => {
  const fits = (at: number): boolean => measure(slice(root, from, at)) <= limit;
  const last = lastFitting(ahead, fits);
  if (last === ahead.length - 1) return { at: ahead[last]!.at };
  if (last >= 0) return { at: choose(ahead.slice(0, last + 1), from) };
  const { node } = nodeAt(root, from);
  if (node.type === 'code' || node.type === 'table') return { stuck: node };
  const span = Math.max(64, 2 * limit);
  const characters = finePoints(root, from, span);
  const whole = lastFitting(characters, fits);
  if (whole >= 0) return { at: characters[whole]!.at };
  const marks = finePoints(root, from, span, true);
  // Not even one code point fits where the limit is smaller than a bullet: it goes out alone, so that this ends.
  return { at: marks[Math.max(0, lastFitting(marks, fits))]!.at };
};

const cutAll = (root: Root, room: Room): { pieces: Root[] } | { stuck: Fileable } => {
  const size = sizeOf(root);
  const points = [...pointsOf(root), { at: size, rank: ranks.block }];
  const pieces: Root[] = [];
  let next = 0;
  for (let from = 0; from < size;) {
    while (points[next]!.at <= from) next += 1;
    const cut = nextCut(root, points.slice(next), from, room);
    if ('stuck' in cut) return cut;
    pieces.push(slice(root, from, cut.at));
    from = cut.at;
  }
  return { pieces };
};

/**
 * Cuts Markdown into pieces that each fit into one part.
 * - Nothing is lost and nothing changes places.
 * - A line of code and a row of a table are never cut; each piece of a code block is a code block of its own.
 * - It cuts between blocks where that leaves a part half full or more, else between lines, sentences, words; and
 *   inside a word only where the word alone is too long, between what people see as characters.
 * - Code beyond the rule for files, and code or a table with a line that fits into no part, becomes a file, and a
 *   line in its place says so.
 */
export const splitMarkdown = (
  markdown: string | Root,
  { files = fileRule, ...room }: Room & { files?: FileRule },
): Split => {
  const whole = typeof markdown === 'string' ? parseMarkdown(markdown) : markdown;
  if (whole.children.length === 0) return { pieces: [], files: [] };
  const outside = tooLong(whole, files, room);
  for (;;) {
    const { root, files: taken } = takeOut(whole, outside);
    const result = cutAll(root, room);
    if ('pieces' in result) return { pieces: result.pieces, files: taken };
    outside.add(result.stuck);
  }
};
