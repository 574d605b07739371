/** Of the stand-in for a cluster: what the *restricted* profile and a ResourceQuota refuse, in the words of the real ones. */
import type { V1Pod, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { ApiError } from './api-error.ts';

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Refuses a pod that does not keep Kubernetes' restricted profile (pod-security.kubernetes.io/enforce=restricted). */
export const checkRestricted = (pod: V1Pod): void => {
  const { spec } = pod;
  const whole = spec?.securityContext;
  const wrong: string[] = [];
  if (spec?.hostNetwork || spec?.hostPID || spec?.hostIPC) wrong.push('host namespaces');
  for (const { name, ...kind } of spec?.volumes ?? [])
    if (!Object.keys(kind).every((key) => VOLUMES.includes(key)))
      wrong.push(`restricted volume types (volume "${name}")`);
  for (const { name, securityContext: own } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
    if (own?.allowPrivilegeEscalation !== false)
      wrong.push(
        `allowPrivilegeEscalation != false (container "${name}" must set securityContext.allowPrivilegeEscalation=false)`,
      );
    if (
      !own?.capabilities?.drop?.includes('ALL') ||
      own.capabilities.add?.some((added) => added !== 'NET_BIND_SERVICE')
    )
      wrong.push(`unrestricted capabilities (container "${name}" must set securityContext.capabilities.drop=["ALL"])`);
    if ((own?.runAsNonRoot ?? whole?.runAsNonRoot) !== true) wrong.push(`runAsNonRoot != true (container "${name}")`);
    if ((own?.runAsUser ?? whole?.runAsUser) === 0) wrong.push('runAsUser=0');
    if (!['RuntimeDefault', 'Localhost'].includes((own?.seccompProfile ?? whole?.seccompProfile)?.type ?? ''))
      wrong.push(
        `seccompProfile (container "${name}" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
      );
    if (own?.privileged) wrong.push('privileged');
  }
  if (wrong.length > 0)
    throw new ApiError(
      403,
      'Forbidden',
      `pods "${pod.metadata?.name}" is forbidden: violates PodSecurity "restricted:latest": ${wrong.join(', ')}`,
    );
};

/** How many there may be. */
export type Quota = { pods?: number; persistentvolumeclaims?: number };

/** Refuses what goes beyond the quota; a pod that has ended does not count. */
export const checkQuota = (
  quota: Quota,
  resource: 'pods' | 'persistentvolumeclaims',
  name: string,
  existing: ReadonlyArray<V1Pod | V1PersistentVolumeClaim>,
): void => {
  const hard = quota[resource];
  const used = existing.filter(({ status }) => !['Failed', 'Succeeded'].includes(status?.phase ?? '')).length;
  if (hard !== undefined && used >= hard)
    throw new ApiError(
      403,
      'Forbidden',
      `${resource} "${name}" is forbidden: exceeded quota: sandboxes, requested: ${resource}=1, used: ${resource}=${used}, limited: ${resource}=${hard}`,
    );
};
