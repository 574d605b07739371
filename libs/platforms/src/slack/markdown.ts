import type { ListItem, Nodes, PhrasingContent, Root } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { defaultHandlers, type Handle, type Options, toMarkdown } from 'mdast-util-to-markdown';
import { mapNodes } from '../markdown/map-nodes.ts';
import { plainText } from '../markdown/plain-text.ts';
import { tableText } from '../telegram/table.ts';
import { escapeCode, escapeProse } from './escape.ts';

const isLink = (url: string): boolean => url.length <= 2000 && /^(?:https?:\/\/|mailto:)[^\s]+$/i.test(url);

/** An address that can stand between the brackets of a link as it is. */
const destination = (url: string): string =>
  encodeURI(url.toWellFormed())
    .replaceAll('%25', '%')
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll('<', '%3C')
    .replaceAll('>', '%3E');

const link = (url: string, children: PhrasingContent[], text: string): PhrasingContent[] => {
  const shown: PhrasingContent[] = text === '' ? [{ type: 'text', value: url }] : children;
  if (isLink(url)) return [{ type: 'link', url, children: shown }];
  return text === '' || text === url || url === '' ? shown : [...shown, { type: 'text', value: ` (${url})` }];
};

/**
 * The tree as Slack can show it: images are links to them (Slack would show those anyway, and nothing is fetched), and
 * an address that Slack makes no link of is written out.
 */
export const forSlack = (root: Root): Root =>
  mapNodes(root, (node) => {
    if (node.type === 'link') return link(node.url, node.children, node.children.map(plainText).join(''));
    if (node.type !== 'image') return [node];
    const text = node.alt || 'image';
    return link(node.url, [{ type: 'text', value: text }], text);
  });

const boxed = (item: ListItem): ListItem => {
  const box: PhrasingContent = { type: 'text', value: item.checked === true ? '☑ ' : '☐ ' };
  const [first, ...rest] = item.children;
  return first?.type === 'paragraph'
    ? { ...item, checked: null, children: [{ ...first, children: [box, ...first.children] }, ...rest] }
    : { ...item, checked: null, children: [{ type: 'paragraph', children: [box] }, ...item.children] };
};

/** Tables are aligned lines of code, boxes are characters, and an item that began in an earlier part has no bullet. */
const plainer = (root: Root): Root =>
  mapNodes(root, (node): readonly Nodes[] => {
    if (node.type === 'table') return [{ type: 'code', value: tableText(node) }];
    if (node.type === 'listItem' && typeof node.checked === 'boolean') return [boxed(node)];
    if (node.type !== 'list' || node.children[0]?.data?.continued !== true) return [node];
    const [first, ...rest] = node.children;
    const start = node.ordered === true ? { start: (node.start ?? 1) + 1 } : {};
    return [...first.children, ...(rest.length === 0 ? [] : [{ ...node, ...start, children: rest }])];
  });

const text: Handle = (node: { value: string }, _, state, info) => escapeProse(state.safe(node.value, info));

const handlers: Options['handlers'] = {
  text,
  // Nothing in it is a tag to Slack, nor Markdown to us: it is words, even where it is a block of its own.
  html: (node: { value: string }, parent, state, info) => {
    const exits = [state.enter('paragraph'), state.enter('phrasing')];
    const value = text(node, parent, state, info);
    for (const exit of exits.toReversed()) exit();
    return value;
  },
  code: (node: { value: string; lang?: string | null }, parent, state, info) => {
    const lang = /^[\w+#.-]{1,32}$/.test(node.lang ?? '') ? node.lang : null;
    return defaultHandlers.code({ type: 'code', value: escapeCode(node.value), lang, meta: null }, parent, state, info);
  },
  inlineCode: (node: { value: string }, parent, state) =>
    defaultHandlers.inlineCode({ type: 'inlineCode', value: escapeCode(node.value) }, parent, state),
  link: (node: Extract<Nodes, { type: 'link' }>, _, state, info) => {
    const exit = state.enter('link');
    const exitLabel = state.enter('label');
    const label = state.containerPhrasing(node, { ...info, before: '[', after: ']' });
    exitLabel();
    exit();
    return `[${label}](${destination(node.url)})`;
  },
  break: () => '  \n',
};

const options: Options = {
  extensions: [gfmToMarkdown()],
  handlers,
  bullet: '-',
  emphasis: '*',
  rule: '-',
  fences: true,
  listItemIndent: 'one',
  resourceLink: true,
};

/** A tree as Markdown for Slack's markdown block: whatever stands in it stands literally, and mentions nobody. */
export const slackMarkdown = (root: Root): string => toMarkdown(plainer(root), options).replace(/\n$/, '');
