import type { PhrasingContent, Root } from 'mdast';
import { mapNodes } from '../markdown/map-nodes.ts';
import { plainText } from '../markdown/plain-text.ts';

/** A longer address would be repeated with every piece of a link that is cut, and fill it. */
const LONGEST = 400;

const isLink = (url: string): boolean =>
  url.length <= LONGEST && /^https?:\/\//i.test(url) && !/[\s<>]/.test(url) && URL.canParse(url);

/** Discord masks no address behind what looks like another one: it shows such a link's source. */
const looksLikeAddress = (text: string): boolean => /:\/\/|\bwww\./i.test(text);

const bare = (url: string): PhrasingContent => ({ type: 'link', url, children: [{ type: 'text', value: url }] });
const text = (value: string): PhrasingContent => ({ type: 'text', value });

const link = (url: string, children: PhrasingContent[], shown: string): PhrasingContent[] => {
  if (isLink(url)) {
    if (shown.trim() === '' || shown === url) return [bare(url)];
    if (!looksLikeAddress(shown) && !shown.includes('\n')) return [{ type: 'link', url, children }];
    return [...children, text(' ('), bare(url), text(')')];
  }
  if (shown === '') return url === '' ? [] : [text(url)];
  return url === '' || shown === url || url === `mailto:${shown}` ? children : [...children, text(` (${url})`)];
};

/** The tree with an address written out wherever Discord can make no masked link of it; images become links. */
export const showAddresses = (root: Root): Root =>
  mapNodes(root, (node) => {
    if (node.type === 'link') return link(node.url, node.children, node.children.map(plainText).join(''));
    if (node.type !== 'image') return [node];
    const shown = node.alt || 'image';
    return link(node.url, [text(shown)], shown);
  });
