import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { withoutReferences } from './references.ts';

/** Deeper than people write; what walks the tree recursively stays far from the end of the stack. */
const MAX_DEPTH = 50;
/** Delimiters in one paragraph. The parser takes quadratic time in them: 2000 cost some 20 ms, 50,000 would cost minutes. */
const MAX_DELIMITERS = 2000;

/** An empty line, an item of a list or a row of a table: the paragraph before it is over. */
const begins = /^[ \t>]*(?:$|[-+*][ \t]|\d{1,9}[.)][ \t]|\|)/;

const nested = new RegExp(`^(?:[ \\t]*(?:>|[-+*]|\\d{1,9}[.)])){${MAX_DEPTH},}`);

/** Whether a parser of Markdown finishes this in time: no paragraph or line is made to exhaust it. */
export const isCalm = (markdown: string): boolean => {
  let fence: string | undefined;
  let delimiters = 0;
  for (const line of markdown.split('\n')) {
    const mark = /^[ \t>]*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      if (nested.test(line)) return false;
      if (begins.test(line)) delimiters = 0;
      delimiters += line.replaceAll(/[^*_[\]~`]/g, '').length;
      if (delimiters > MAX_DELIMITERS) return false;
      fence = mark;
    } else if (mark?.startsWith(fence)) {
      fence = undefined;
      delimiters = 0;
    }
  }
  return true;
};

const depthOf = (root: Root): number => {
  let depth = 0;
  let level: readonly object[] = [root];
  while (level.length > 0) {
    depth += 1;
    level = level.flatMap((node) => ('children' in node ? (node.children as object[]) : []));
  }
  return depth;
};

const plain = (text: string): Root => ({
  type: 'root',
  children: text.trim() === '' ? [] : [{ type: 'paragraph', children: [{ type: 'text', value: text.trim() }] }],
});

/** Made once: they have no state. */
const GFM = { syntax: [gfm()], tree: [gfmFromMarkdown()] };

/** CommonMark with GitHub's extensions as the parser gives it, with positions. May throw on text made to break it. */
export const rawTree = (markdown: string): Root =>
  fromMarkdown(markdown, { extensions: GFM.syntax, mdastExtensions: GFM.tree });

/**
 * Markdown (CommonMark with GitHub's tables, task lists, strikethrough, autolinks and footnotes) as a tree in which
 * each piece stands alone: references and footnotes are resolved. Total: text made to exhaust or break a parser
 * becomes one plain paragraph.
 */
export const parseMarkdown = (markdown: string): Root => {
  const text = markdown.toWellFormed();
  if (!isCalm(text)) return plain(text);
  try {
    const tree = rawTree(text);
    return depthOf(tree) > MAX_DEPTH ? plain(text) : withoutReferences(tree);
  } catch {
    return plain(text);
  }
};
