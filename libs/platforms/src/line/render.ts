import type { Code, Root, RootContent, Table } from 'mdast';
import { closeUnfinished } from '../markdown/close-unfinished.ts';
import { mapNodes } from '../markdown/map-nodes.ts';
import { parseMarkdown } from '../markdown/parse.ts';
import { splitMarkdown } from '../markdown/split.ts';
import { recentMarkdown, tailOf } from '../markdown/tail.ts';
import type { Part, Rendering } from '../port.ts';
import { showAddresses, urisOf } from './addresses.ts';
import { codeCard, tableCard } from './cards.ts';
import type { LineMarkup } from './message.ts';
import { toText } from './to-text.ts';

/** The longest text of a message, in UTF-16 code units (Messaging API, text message). */
const TEXT_LIMIT = 5000;
/** What is left free for the line that says that a message may be a copy (`message.ts`). */
const ROOM = 100;
/** The most messages of one call. */
export const CALL_LIMIT = 5;
const STATUS_LIMIT = 300;
const LIVE_CODE = 3000;

const limit = TEXT_LIMIT - ROOM;
const measure = (piece: Root): number => toText(piece).length;

/** A message with nothing to see is refused. */
const isVisible = (text: string): boolean => /[^\p{Z}\p{Cc}\p{Cf}\s]/u.test(text);

const textPart = (root: Root): Part[] => {
  const text = toText(root);
  if (!isVisible(text)) return [];
  const uris = urisOf(root);
  return [uris.length === 0 ? { text } : { text, markup: { uris } satisfies LineMarkup }];
};

const rootOf = (children: RootContent[]): Root => ({ type: 'root', children });

const cardPart = (node: RootContent): Part | undefined => {
  const card = node.type === 'table' ? tableCard(node) : node.type === 'code' ? codeCard(node) : undefined;
  if (!card) return undefined;
  const root = rootOf([node]);
  const text = toText(root);
  return isVisible(text) ? { text, markup: { card, uris: urisOf(root) } satisfies LineMarkup } : undefined;
};

/** A piece with its tables and its code as cards, and what stands between them as text. */
const withCards = ({ children }: Root): Part[] => {
  const parts: Part[] = [];
  let between: RootContent[] = [];
  for (const node of children) {
    const card = cardPart(node);
    if (card) {
      parts.push(...textPart(rootOf(between)), card);
      between = [];
    } else between.push(node);
  }
  return [...parts, ...textPart(rootOf(between))];
};

/** Where there are no files, what would become one is text that can be cut anywhere. */
const withoutFiles = (root: Root): Root => {
  const isTooLong = (node: Code | Table): boolean =>
    toText(rootOf([node]))
      .split('\n')
      .some((line) => line.length > limit / 3);
  return mapNodes(root, (node) =>
    (node.type === 'code' || node.type === 'table') && isTooLong(node)
      ? [{ type: 'paragraph', children: [{ type: 'text', value: toText(rootOf([node])) }] }]
      : [node],
  );
};

/**
 * Markdown as parts of at most 5000 characters. An answer that fits into one call that way has its tables and its short
 * code as cards; a longer one is all text, for each further call may cost a message of the month's quota.
 * `files`: whether long code may become a file, which LINE can only be given the address of.
 */
export const render = (markdown: string, { files }: { files: boolean }): Rendering => {
  const tree = showAddresses(parseMarkdown(markdown));
  const split = files
    ? splitMarkdown(tree, { limit, measure })
    : splitMarkdown(withoutFiles(tree), { limit, measure, files: { lines: Infinity, characters: Infinity } });
  const parts = split.pieces.flatMap(withCards);
  return { parts: parts.length <= CALL_LIMIT ? parts : split.pieces.flatMap(textPart), files: split.files };
};

/** Markdown that is still being written, its end if it is too long, and below it how the work stands. */
export const renderLive = (markdown: string, status: string): Part => {
  const line = status.toWellFormed().replaceAll(/\s+/g, ' ').trim().slice(0, STATUS_LIMIT).toWellFormed();
  const recent = recentMarkdown(markdown, TEXT_LIMIT + LIVE_CODE);
  const tree = showAddresses(parseMarkdown(closeUnfinished(recent)));
  const tail = tailOf(tree, { limit: limit - line.length - 8, measure });
  const isCut = tail !== tree || recent !== markdown;
  const written = toText(tail);
  const body = isVisible(written) ? `${isCut ? '…\n' : ''}${written}` : '';
  return { text: [body, line].filter(Boolean).join('\n\n') || '…' };
};
