import { workloadsOf, type KubeObject } from '../objects.ts';
import { policiesOf, selects, type Policy } from '../network.ts';

/** Pods that others bring: where they run, and what is known of their labels. */
const FOREIGN = [
  { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  { namespace: 'ingress-nginx', labels: {} },
  { namespace: 'monitoring', labels: {} },
  // The sandboxes, which the sandbox service makes.
  { namespace: 'threadbox-sandboxes', labels: {} },
] as const;

const isDefaultDeny = (policy: Policy): boolean =>
  Object.keys(policy.podSelector.matchLabels).length === 0 &&
  policy.podSelector.matchExpressions.length === 0 &&
  policy.ingress.length === 0 &&
  policy.egress.length === 0;

/** Every namespace denies what no policy lets through, in both directions. */
export const checkDefaultDeny = (objects: readonly KubeObject[]): string[] => {
  const policies = policiesOf(objects).filter(isDefaultDeny);
  return objects
    .filter(({ kind }) => kind === 'Namespace')
    .flatMap(({ metadata }) =>
      (['Ingress', 'Egress'] as const)
        .filter(
          (direction) =>
            !policies.some(
              ({ namespace, policyTypes }) => namespace === metadata.name && policyTypes.includes(direction),
            ),
        )
        .map((direction) => `Namespace ${metadata.name}: nothing denies ${direction} by default`),
    );
};

/** Every selector of a policy finds somebody: one that finds nobody is a slip of the pen, and says nothing when it runs. */
export const checkSelectors = (objects: readonly KubeObject[]): string[] => {
  const pods = [...workloadsOf(objects).map(({ namespace, labels }) => ({ namespace, labels })), ...FOREIGN];
  return policiesOf(objects).flatMap((policy) => {
    const problems: string[] = [];
    const name = `NetworkPolicy ${policy.namespace}/${policy.name}`;
    const local = pods.filter(({ namespace }) => namespace === policy.namespace);
    if (!local.some(({ labels }) => selects(policy.podSelector, labels))) problems.push(`${name}: concerns no pod`);
    // Each name in a list for itself: a misspelt one hides behind the others.
    for (const { values, operator } of policy.podSelector.matchExpressions)
      for (const value of operator === 'In' || operator === 'NotIn' ? values : [])
        if (!local.some(({ labels }) => Object.values<string>(labels).includes(value)))
          problems.push(`${name}: there is no ${value}`);
    for (const peer of [
      ...policy.ingress.flatMap(({ from = [] }) => from),
      ...policy.egress.flatMap(({ to = [] }) => to),
    ]) {
      if (peer.ipBlock !== undefined) continue;
      const { namespaceSelector: there } = peer;
      const near = there
        ? pods.filter(({ namespace }) => selects(there, { 'kubernetes.io/metadata.name': namespace }))
        : local;
      const { podSelector } = peer;
      if (!near.some(({ labels }) => podSelector === undefined || selects(podSelector, labels)))
        problems.push(`${name}: a peer is nobody`);
      for (const { values } of podSelector?.matchExpressions ?? [])
        for (const value of values)
          if (!near.some(({ labels }) => Object.values<string>(labels).includes(value)))
            problems.push(`${name}: there is no ${value}`);
    }
    return problems;
  });
};
