import { z } from 'zod';
import { configMap } from '../config-maps.ts';
import { workloadsOf, type KubeObject } from '../objects.ts';
import { toNumber } from '../quantity.ts';

const PLACE = 'threadbox-sandboxes';

/** The quota has room for all the sandboxes that the settings allow, and no single one is larger than the limit of one. */
export const checkCapacity = (objects: readonly KubeObject[]): string[] => {
  const sandbox = workloadsOf(objects).find(({ name }) => name === 'StatefulSet threadbox/sandbox');
  const names = sandbox?.pod.containers.flatMap(({ envFrom }) => envFrom.map(({ configMapRef }) => configMapRef?.name));
  const settings: Record<string, string> = Object.assign(
    {},
    ...(names ?? []).map((name) => configMap(objects, 'threadbox', name ?? '') ?? {}),
  );
  const number = (name: string): number => Number(settings[name]);
  const most = number('MAX_SANDBOXES') + number('WARM_SANDBOXES');
  const quotas = objects.filter(({ kind, metadata }) => kind === 'ResourceQuota' && metadata.namespace === PLACE);
  if (quotas.length !== 1) return [`there are ${quotas.length} quotas for sandboxes`];
  const { hard } = z.looseObject({ hard: z.record(z.string(), z.string()) }).parse(quotas[0]?.['spec']);
  const MEGABYTE = 1024 ** 2;
  const needs: Record<string, number> = {
    pods: most + 1,
    'requests.cpu': most * number('SANDBOX_CPU'),
    'limits.cpu': most * number('SANDBOX_CPU'),
    'requests.memory': most * number('SANDBOX_MEMORY_MB') * MEGABYTE,
    'limits.memory': most * number('SANDBOX_MEMORY_MB') * MEGABYTE,
    'requests.storage': most * number('SANDBOX_DISK_MB') * MEGABYTE,
    persistentvolumeclaims: most + 1,
    secrets: 2 * most + 1,
  };
  return Object.entries(needs)
    .filter(([what, need]) => !(toNumber(hard[what] ?? '') >= need))
    .map(([what, need]) => `the quota of ${what} is ${hard[what]}: ${most} sandboxes need ${need}`);
};
