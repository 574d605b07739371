import type { PhrasingContent, Root } from 'mdast';
import { mapNodes } from '../markdown/map-nodes.ts';
import { plainText } from '../markdown/plain-text.ts';

/**
 * Whether Telegram makes this a link. It silently drops an entity whose address it does not take (relative paths,
 * `localhost`, other schemes), and `tg://user` would be a mention of somebody who was not asked.
 */
const isLink = (url: string): boolean => {
  if (url.length > 2000 || !/^https?:\/\//i.test(url)) return false;
  return /\.[a-z][a-z0-9-]*\.?$/i.test(URL.parse(url)?.hostname ?? '');
};

const link = (url: string, children: PhrasingContent[], text: string): PhrasingContent[] => {
  const shown: PhrasingContent[] = text === '' ? [{ type: 'text', value: url }] : children;
  if (isLink(url)) return [{ type: 'link', url, children: shown }];
  return text === '' || text === url || url === '' || url === `mailto:${text}`
    ? shown
    : [...shown, { type: 'text', value: ` (${url})` }];
};

/** The tree with an address written out wherever Telegram can make no link of it; images become links. */
export const showAddresses = (root: Root): Root =>
  mapNodes(root, (node) => {
    if (node.type === 'link') return link(node.url, node.children, node.children.map(plainText).join(''));
    if (node.type !== 'image') return [node];
    const text = node.alt || 'image';
    return link(node.url, [{ type: 'text', value: text }], text);
  });
