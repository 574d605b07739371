import type { Nodes } from 'mdast';

/** What people read of a node, without any markup; a link that does not show its address gets it in brackets. */
export const plainText = (node: Nodes): string => {
  if (node.type === 'break') return '\n';
  if (node.type === 'image') return [node.alt, node.url && `(${node.url})`].filter(Boolean).join(' ');
  if ('value' in node) return node.value;
  if (!('children' in node)) return '';
  const children: readonly Nodes[] = node.children;
  const text = children.map(plainText).join('');
  return node.type === 'link' && node.url !== text ? `${text} (${node.url})` : text;
};
