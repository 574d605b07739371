import { z } from 'zod';
import { workloadsOf, type Container, type KubeObject, type Workload } from '../objects.ts';

/** The kinds of volume of the Pod Security Standard *restricted*. */
const VOLUMES: readonly string[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
/** Who may call the cluster's API. */
const CALLERS: readonly string[] = ['StatefulSet threadbox/sandbox'];

const Seccomp = z.looseObject({ type: z.string() }).optional();
const Capabilities = z.looseObject({ drop: z.array(z.string()).default([]), add: z.array(z.string()).default([]) });

const checkPod = ({ name, pod }: Workload): string[] => {
  const problems: string[] = [];
  const { runAsNonRoot, runAsUser, seccompProfile, sysctls } = pod.securityContext;
  if (runAsNonRoot !== true) problems.push('may run as root');
  if (typeof runAsUser !== 'number' || runAsUser === 0) problems.push('names no user');
  if (Seccomp.parse(seccompProfile)?.type !== 'RuntimeDefault') problems.push('has no seccomp profile');
  if (sysctls !== undefined) problems.push('sets sysctls');
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[field] === true) problems.push(`has ${field}`);
  for (const volume of pod.volumes) {
    const kinds = Object.keys(volume).filter((key) => key !== 'name');
    if (kinds.length !== 1 || !VOLUMES.includes(kinds[0] ?? '')) problems.push(`has the volume ${volume.name}`);
    const limit = z.looseObject({ sizeLimit: z.unknown().optional() }).optional().parse(volume['emptyDir'])?.sizeLimit;
    if ('emptyDir' in volume && limit === undefined) problems.push(`sets no limit to ${volume.name}`);
  }
  if (pod.automountServiceAccountToken && !CALLERS.includes(name)) problems.push('is given a service account’s token');
  if (pod['enableServiceLinks'] !== false) problems.push('is told every Service in its environment');
  return problems.map((problem) => `${name}: ${problem}`);
};

const checkContainer = (workload: string, { name, securityContext, ports }: Container): string[] => {
  const problems: string[] = [];
  const { allowPrivilegeEscalation, privileged, readOnlyRootFilesystem, capabilities, procMount } = securityContext;
  const { drop, add } = Capabilities.default({ drop: [], add: [] }).parse(capabilities);
  if (allowPrivilegeEscalation !== false) problems.push('may gain privileges');
  if (privileged === true) problems.push('is privileged');
  if (readOnlyRootFilesystem !== true) problems.push('may write its root');
  if (!drop.includes('ALL') || add.length > 0) problems.push('keeps capabilities');
  if (procMount !== undefined && procMount !== 'Default') problems.push('sees more of /proc');
  if (securityContext['runAsNonRoot'] === false || securityContext['runAsUser'] === 0) problems.push('may run as root');
  if ((Seccomp.parse(securityContext['seccompProfile'])?.type ?? 'RuntimeDefault') !== 'RuntimeDefault')
    problems.push('has no seccomp profile');
  if (ports.some((port) => port['hostPort'] !== undefined)) problems.push('takes a port of the node');
  return problems.map((problem) => `${workload} ${name}: ${problem}`);
};

/** Every pod is of the Pod Security Standard *restricted*, and stricter: a read-only root, a bounded /tmp, no token, no links. */
export const checkRestricted = (objects: readonly KubeObject[]): string[] =>
  workloadsOf(objects).flatMap((workload) => [
    ...checkPod(workload),
    ...[...workload.pod.initContainers, ...workload.pod.containers].flatMap((container) =>
      checkContainer(workload.name, container),
    ),
  ]);

/** Every namespace of ours refuses pods that are not of *restricted*. */
export const checkNamespaces = (objects: readonly KubeObject[]): string[] => {
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  const known = namespaces.map(({ metadata }) => metadata.name);
  const used = [...new Set(objects.map(({ metadata }) => metadata.namespace).filter(Boolean))];
  return [
    ...namespaces
      .filter(({ metadata }) => metadata.labels['pod-security.kubernetes.io/enforce'] !== 'restricted')
      .map(({ metadata }) => `Namespace ${metadata.name}: does not enforce the profile restricted`),
    ...used.filter((name) => !known.includes(name)).map((name) => `Namespace ${name}: is used, and not there`),
  ];
};
