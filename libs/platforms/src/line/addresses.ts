import type { Nodes, PhrasingContent, Root } from 'mdast';
import { mapNodes } from '../markdown/map-nodes.ts';
import { plainText } from '../markdown/plain-text.ts';

const text = (value: string): PhrasingContent => ({ type: 'text', value });

const written = (url: string): PhrasingContent => ({ type: 'link', url, children: [text(url)] });

const link = (url: string, children: PhrasingContent[]): PhrasingContent[] => {
  const label = children.map(plainText).join('');
  if (url === '' || url === `mailto:${label}`) return children;
  // `www.…` alone is a link too, and is shown with what makes it one.
  if (label === '' || label === url || url === `http://${label}`) return [written(url)];
  return [...children, text(' ('), written(url), text(')')];
};

/**
 * The tree with every address written out, for LINE shows no marked words: `words (https://…)`. The links that are left
 * are the addresses themselves. Images become their words and their address.
 */
export const showAddresses = (root: Root): Root =>
  mapNodes(root, (node) => {
    if (node.type === 'link') return link(node.url, node.children);
    return node.type === 'image' ? link(node.url, [text(node.alt || 'image')]) : [node];
  });

/** What LINE takes as the address of a button (RFC 3986, at most 1000 characters); undefined where it would not. */
export const uriOf = (url: string): string | undefined => {
  const parsed = /^https?:\/\//i.test(url) ? URL.parse(url) : null;
  if (!parsed || parsed.hostname === '' || parsed.hostname.startsWith('[')) return undefined;
  const uri = parsed.href
    .replaceAll(/%(?![0-9a-f]{2})/gi, '%25')
    .replaceAll(/[^\w\-.~:/?#@!$&'()*+,;=%]/g, (sign) => encodeURIComponent(sign));
  return uri.length <= 1000 ? uri : undefined;
};

/** The web addresses in a tree that can be buttons, each once; one that a cut went through is none. */
export const urisOf = (root: Root): string[] => {
  const found = new Set<string>();
  const walk = (node: Nodes): void => {
    if (node.type === 'link' && node.url === node.children.map(plainText).join('')) {
      const uri = uriOf(node.url);
      if (uri !== undefined) found.add(uri);
    }
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(root);
  return [...found];
};

/** Whether LINE would make a preview of something in this text: it fetches addresses, and nothing turns that off. */
export const hasAddress = (shown: string): boolean => /https?:\/\/\S|\bwww\.\S/i.test(shown);
