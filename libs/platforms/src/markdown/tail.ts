import type { Root } from 'mdast';
import { finePoints } from './fine-points.ts';
import { nodeAt, pointsOf } from './points.ts';
import { sizeOf, slice } from './slice.ts';
import { lastFitting, type Room } from './split.ts';

/** The end of a tree, as much as fits into one part. */
export const tailOf = (root: Root, { limit, measure }: Room): Root => {
  const size = sizeOf(root);
  const tooMuch = (at: number): boolean => measure(slice(root, at, size)) > limit;
  if (!tooMuch(0)) return root;
  const points = pointsOf(root);
  const last = lastFitting(points, tooMuch);
  const next = points[last + 1];
  if (next !== undefined) {
    const near = points.slice(last + 1).filter(({ at }) => at <= next.at + (size - next.at) / 4);
    const best = near.reduce((a, b) => (b.rank < a.rank ? b : a));
    return slice(root, best.at, size);
  }
  // What stands last is one word (or one line of code) that is too long: this is a preview, so it is cut.
  const from = Math.max(last >= 0 ? points[last]!.at : 0, nodeAt(root, size - 1).start);
  const fine = finePoints(root, from, Number.MAX_SAFE_INTEGER);
  const character = fine[lastFitting(fine, tooMuch) + 1];
  return character === undefined ? { type: 'root', children: [] } : slice(root, character.at, size);
};

/**
 * About the last `characters` of a Markdown text, from the beginning of a line on; a fence that was open there is
 * opened again. Cheap: nothing is parsed, so it goes before `parseMarkdown` where only the end is shown.
 */
export const recentMarkdown = (markdown: string, characters: number): string => {
  if (markdown.length <= characters) return markdown;
  const start = markdown.indexOf('\n', markdown.length - characters) + 1 || markdown.length - characters;
  let fence: string | undefined;
  for (const line of markdown.slice(0, start).split('\n')) {
    const found = /^[ \t>]*((`{3,}|~{3,})[^`]*)$/.exec(line);
    if (found === null) continue;
    if (fence === undefined) fence = found[1]!;
    else if (found[1]!.trim() === /^(`+|~+)/.exec(fence)![0]) fence = undefined;
  }
  return (fence === undefined ? '' : `${fence}\n`) + markdown.slice(start).toWellFormed();
};
