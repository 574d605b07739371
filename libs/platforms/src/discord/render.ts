import type { Nodes, Root } from 'mdast';
import { closeUnfinished } from '../markdown/close-unfinished.ts';
import { parseMarkdown } from '../markdown/parse.ts';
import { splitMarkdown } from '../markdown/split.ts';
import { recentMarkdown, tailOf } from '../markdown/tail.ts';
import type { Part, Rendering } from '../port.ts';
import { showAddresses } from './addresses.ts';
import { escapeText } from './escape.ts';
import { toDiscordText } from './markdown-text.ts';

/** The longest content of a message (Discord, Create Message), marks and escapes included; counted in UTF-16 code units. */
const LIMIT = 2000;
const STATUS_LIMIT = 200;

const measure = (piece: Root): number => toDiscordText(piece).length;

/** Discord refuses a content that shows nothing. */
const isVisible = (node: Nodes): boolean => {
  if ('children' in node) return node.children.some(isVisible);
  return 'value' in node ? /[^\p{Z}\p{Cc}\p{Cf}\s]/u.test(node.value) : node.type !== 'break';
};

/** Markdown as parts of at most 2000 characters, and what is too long for any as files. */
export const render = (markdown: string): Rendering => {
  const { pieces, files } = splitMarkdown(showAddresses(parseMarkdown(markdown)), { limit: LIMIT, measure });
  return { parts: pieces.filter(isVisible).map((piece) => ({ text: toDiscordText(piece) })), files };
};

const statusLine = (status: string): string => {
  const line = escapeText(status.toWellFormed().replaceAll(/\s+/g, ' ').trim().slice(0, STATUS_LIMIT).toWellFormed());
  return line === '' ? '' : `-# ${line}`;
};

/** Markdown that is still being written, its end if it is too long, and below it, small, how the work stands. */
export const renderLive = (markdown: string, status: string): Part => {
  const line = statusLine(status);
  const recent = recentMarkdown(markdown, 2 * LIMIT);
  const tree = showAddresses(parseMarkdown(closeUnfinished(recent)));
  const tail = tailOf(tree, { limit: LIMIT - line.length - 8, measure });
  const isCut = tail !== tree || recent !== markdown;
  const body = isVisible(tail) ? `${isCut ? '…\n' : ''}${toDiscordText(tail)}` : '';
  return { text: [body, line].filter((part) => part !== '').join('\n') || '…' };
};
