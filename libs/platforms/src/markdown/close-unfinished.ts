import type { Nodes, Root } from 'mdast';
import { closeInline } from './close-inline.ts';
import { isCalm, rawTree } from './parse.ts';

/** The block that a text ends in: where something would go on that is still being written. */
const lastBlock = (root: Root): Nodes | undefined => {
  let node: Nodes | undefined = root;
  while (
    node &&
    ['root', 'blockquote', 'list', 'listItem', 'table', 'tableRow', 'footnoteDefinition'].includes(node.type)
  )
    node = 'children' in node ? node.children.at(-1) : undefined;
  return node;
};

/** What a line needs before it to stand in the same containers as the fence that begins at this offset. */
const prefixOf = (markdown: string, fenceAt: number): string =>
  markdown.slice(markdown.lastIndexOf('\n', fenceAt - 1) + 1, fenceAt).replaceAll(/[^>\s]/g, ' ');

const closeFence = (markdown: string, fenceAt: number): string => {
  const source = markdown.slice(fenceAt);
  const fence = /^(?:`{3,}|~{3,})/.exec(source)?.[0];
  if (fence === undefined) return markdown;
  const lines = source.trimEnd().split('\n');
  const last = lines.length > 1 ? lines.at(-1)!.replace(/^[\s>]*/, '') : '';
  const isClosed = last.length >= fence.length && last === fence[0]!.repeat(last.length);
  if (isClosed) return markdown;
  const prefix = prefixOf(markdown, fenceAt);
  const begun = markdown.slice(markdown.lastIndexOf('\n') + 1);
  // Where only the indentation or the quote mark of the next line has come, the fence takes its place.
  const isIndent = prefix.startsWith(begun) || (begun.trim() === '' && begun.length <= prefix.length);
  const above = isIndent ? markdown.slice(0, markdown.length - begun.length) : `${markdown}\n`;
  return `${above}${prefix}${fence}`;
};

/**
 * Markdown that is still being written, made to show as it will once it is finished: an open fence is closed, open
 * emphasis and code too, and an address that has only begun is left out. Total; finished Markdown stays as it is.
 */
export const closeUnfinished = (markdown: string): string => {
  if (markdown === '' || !isCalm(markdown)) return markdown;
  try {
    const block = lastBlock(rawTree(markdown));
    const start = block?.position?.start.offset;
    if (block === undefined || start === undefined) return markdown;
    if (block.type === 'code') return closeFence(markdown, start);
    const isInline = block.type === 'paragraph' || block.type === 'heading' || block.type === 'tableCell';
    return isInline ? markdown.slice(0, start) + closeInline(markdown.slice(start)) : markdown;
  } catch {
    return markdown;
  }
};
