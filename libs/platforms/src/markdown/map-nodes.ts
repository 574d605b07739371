import type { Nodes, Root } from 'mdast';

/**
 * The tree with each node below the root replaced by what `change` makes of it, children first; none takes it away.
 * Nodes that nothing changed in are the same objects as before.
 */
export const mapNodes = (root: Root, change: (node: Nodes) => readonly Nodes[]): Root => {
  const inside = <Parent extends Nodes>(node: Parent): Parent => {
    if (!('children' in node)) return node;
    const before: readonly Nodes[] = node.children;
    const after = before.flatMap((child) => change(inside(child)));
    const same = after.length === before.length && after.every((child, i) => child === before[i]);
    return same ? node : { ...node, children: after };
  };
  return inside(root);
};
