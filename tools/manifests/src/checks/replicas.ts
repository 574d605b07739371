import { SHARES } from '@threadbox/schemas';
import { z } from 'zod';
import { workloadsOf, type KubeObject } from '../objects.ts';
import { selects } from '../network.ts';

/** Those of which two at once would be wrong, or of no use. */
const SINGLE: readonly string[] = ['postgres', 'jaeger'];
/** Those that divide the shares of what they read among them. */
const SHARING: readonly string[] = ['auth', 'session'];

/** Whether a container's INSTANCE, where it has one, is its pod's own name: two that share one would take each other's leases. */
const hasOwnName = ({ env }: { env: ReadonlyArray<{ name: string; valueFrom?: unknown }> }): boolean =>
  env.filter((variable) => variable.name === 'INSTANCE').every(({ valueFrom }) => PodName.safeParse(valueFrom).success);
const PodName = z.object({ fieldRef: z.looseObject({ fieldPath: z.literal('metadata.name') }) });

/**
 * Who reads in shares is told how many there are, and there are that many. Who must be one is one. Who is told a name is told
 * its own.
 */
export const checkReplicas = (objects: readonly KubeObject[]): string[] =>
  workloadsOf(objects).flatMap(({ name, object, pod, replicas }) => {
    const service = object.metadata.name;
    const env = pod.containers.flatMap((container) => container.env);
    if (!pod.containers.every(hasOwnName)) return [`${name}: its INSTANCE is not its own name`];
    if (SINGLE.includes(service) && replicas !== 1) return [`${name}: there must be one of it`];
    if (!SHARING.includes(service)) return [];
    const told = env.find((variable) => variable.name === 'REPLICAS')?.value;
    return [
      ...(object.kind === 'StatefulSet' ? [] : [`${name}: only a StatefulSet's pods have ordinals`]),
      ...(told === String(replicas) ? [] : [`${name}: REPLICAS is ${told}, and there are ${replicas}`]),
      ...(env.some((variable) => variable.name === 'ORDINAL') ? [] : [`${name}: is not told its ORDINAL`]),
      ...(replicas > SHARES ? [`${name}: there are only ${SHARES} shares`] : []),
    ];
  });

/** Every workload that stays has a disruption budget of its own, and every budget a workload. */
export const checkDisruption = (objects: readonly KubeObject[]): string[] => {
  const Budget = z.looseObject({
    maxUnavailable: z.literal(1),
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }),
  });
  const budgets = objects
    .filter(({ kind }) => kind === 'PodDisruptionBudget')
    .map(({ metadata, ...rest }) => ({ name: metadata.name, ...Budget.parse(rest['spec']) }));
  const staying = workloadsOf(objects).filter(({ object }) => object.kind !== 'Job');
  const takes = (budget: (typeof budgets)[number], labels: Record<string, string>): boolean =>
    selects({ ...budget.selector, matchExpressions: [] }, labels);
  return [
    ...staying
      .filter(({ labels }) => budgets.filter((budget) => takes(budget, labels)).length !== 1)
      .map(({ name }) => `${name}: has not one disruption budget`),
    ...budgets
      .filter((budget) => !staying.some(({ labels }) => takes(budget, labels)))
      .map(({ name }) => `PodDisruptionBudget ${name}: protects nobody`),
  ];
};
