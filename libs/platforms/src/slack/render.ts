import type { Root } from 'mdast';
import { closeUnfinished } from '../markdown/close-unfinished.ts';
import { parseMarkdown } from '../markdown/parse.ts';
import { plainText } from '../markdown/plain-text.ts';
import { splitMarkdown } from '../markdown/split.ts';
import { recentMarkdown, tailOf } from '../markdown/tail.ts';
import type { Part, Rendering } from '../port.ts';
import { escapeProse } from './escape.ts';
import { forSlack, slackMarkdown } from './markdown.ts';

/** The most characters that the markdown blocks of one message may have together (Block Kit, markdown block). */
const TEXT_LIMIT = 12_000;
const STATUS_LIMIT = 300;

const measure = (piece: Root): number => slackMarkdown(piece).length;

/** Slack refuses a text that shows nothing. */
const isVisible = (piece: Root): boolean => /[^\p{Z}\p{Cc}\p{Cf}\s]/u.test(plainText(piece));

/** Markdown as parts of at most 12,000 characters of Slack's Markdown, and what is too long for any as files. */
export const render = (markdown: string): Rendering => {
  const { pieces, files } = splitMarkdown(forSlack(parseMarkdown(markdown)), { limit: TEXT_LIMIT, measure });
  return { parts: pieces.filter(isVisible).map((piece) => ({ text: slackMarkdown(piece) })), files };
};

/** One line of how the work stands. */
export const statusLine = (status: string): string =>
  status.toWellFormed().replaceAll(/\s+/g, ' ').trim().slice(0, STATUS_LIMIT).toWellFormed();

const literal = (line: string): string => escapeProse(line.replaceAll(/[\\`*_{}[\]#|~<>&]/g, '\\$&'));

/** The line about the work that a live part ends in, as it was given. */
export const statusOf = ({ markup }: Part): string => (typeof markup === 'string' ? markup : '');

/** Markdown that is still being written, its end if it is too long, and below it how the work stands. */
export const renderLive = (markdown: string, status: string): Part => {
  const line = statusLine(status);
  const recent = recentMarkdown(markdown, TEXT_LIMIT);
  const tree = forSlack(parseMarkdown(closeUnfinished(recent)));
  const below = line === '' ? '' : `_${literal(line)}_`;
  const tail = tailOf(tree, { limit: TEXT_LIMIT - below.length - 8, measure });
  const isCut = tail !== tree || recent !== markdown;
  const body = isVisible(tail) ? `${isCut ? '…\n\n' : ''}${slackMarkdown(tail)}` : '';
  return { text: [body, below].filter((each) => each !== '').join('\n\n') || '…', markup: line };
};
