import { containersOf, type KubeObject } from '../objects.ts';

const KINDS = ['cpu', 'memory', 'ephemeral-storage'] as const;
const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

/** Every container says what it needs and what it may have, and, where it stays, how to ask whether it is well. */
export const checkResources = (objects: readonly KubeObject[]): string[] =>
  containersOf(objects).flatMap(({ name, workload, container }) => {
    const { requests, limits } = container.resources;
    const ends = workload.object.kind === 'Job' || workload.pod.initContainers.includes(container);
    return [
      ...KINDS.filter((kind) => requests[kind] === undefined).map((kind) => `${name}: requests no ${kind}`),
      ...KINDS.filter((kind) => limits[kind] === undefined).map((kind) => `${name}: has no limit of ${kind}`),
      ...(ends
        ? []
        : PROBES.filter((probe) => container[probe] === undefined).map((probe) => `${name}: has no ${probe}`)),
    ];
  });
