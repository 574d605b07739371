import type { Nodes } from 'mdast';
import { parseMarkdown } from '../markdown/parse.ts';

/** Slack shows these three as one character everywhere, and doesn't read the result again. */
const shown = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const isBlock = ({ type }: Nodes): boolean =>
  ['paragraph', 'heading', 'code', 'list', 'listItem', 'blockquote', 'table', 'thematicBreak'].includes(type);

const read = (node: Nodes): string => {
  if (node.type === 'code' || node.type === 'inlineCode') return shown(node.value);
  if (node.type === 'break') return '\n';
  if ('value' in node) return node.value;
  if (!('children' in node)) return '';
  const children: readonly Nodes[] = node.children;
  return children.map(read).join(children.some(isBlock) ? '\n\n' : '');
};

/** What people see of a markdown block, without its markup. Read as CommonMark, as Slack does. */
export const visible = (markdown: string): string => read(parseMarkdown(markdown));

/** Whether Slack would read a mention (of a person, of everybody) or a link of its own in a markdown block. */
export const hasSlackToken = (markdown: string): boolean => /<(?:[@!#]|https?:)[^<>]*>/.test(markdown);
