import type { Definition, FootnoteDefinition, Nodes, Root, RootContent } from 'mdast';
import { mapNodes } from './map-nodes.ts';

const collect = <Type extends Nodes['type']>(root: Root, type: Type): Extract<Nodes, { type: Type }>[] => {
  const found: Extract<Nodes, { type: Type }>[] = [];
  const walk = (node: Nodes): void => {
    if (node.type === type) found.push(node as Extract<Nodes, { type: Type }>);
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(root);
  return found;
};

const footnote = ({ children, label, identifier }: FootnoteDefinition): RootContent[] => {
  const mark = { type: 'text', value: `[${label ?? identifier}] ` } as const;
  const [first, ...rest] = children;
  return first?.type === 'paragraph'
    ? [{ ...first, children: [mark, ...first.children] }, ...rest]
    : [{ type: 'paragraph', children: [mark] }, ...children];
};

const unused = ({ label, identifier, url }: Definition): RootContent => ({
  type: 'paragraph',
  children: [{ type: 'text', value: `[${label ?? identifier}]: ${url}` }],
});

/**
 * The tree with each reference replaced by what it refers to, so that it can be cut anywhere: links and images get
 * their addresses, footnotes become paragraphs where they are defined. A definition that nothing uses is shown as written.
 */
export const withoutReferences = (root: Root): Root => {
  const definitions = new Map<string, Definition>();
  for (const each of collect(root, 'definition'))
    if (!definitions.has(each.identifier)) definitions.set(each.identifier, each);
  const used = new Set(
    [...collect(root, 'linkReference'), ...collect(root, 'imageReference')].map(({ identifier }) => identifier),
  );
  return mapNodes(root, (node) => {
    if (node.type === 'definition') {
      const isUsed = used.has(node.identifier) && definitions.get(node.identifier) === node;
      return isUsed ? [] : [unused(node)];
    }
    if (node.type === 'footnoteDefinition') return footnote(node);
    if (node.type === 'footnoteReference') return [{ type: 'text', value: `[${node.label ?? node.identifier}]` }];
    const url = 'identifier' in node ? (definitions.get(node.identifier)?.url ?? '') : '';
    if (node.type === 'linkReference') return [{ type: 'link', url, children: node.children }];
    if (node.type === 'imageReference') return [{ type: 'image', url, alt: node.alt ?? null }];
    return [node];
  });
};
