import { z } from 'zod';
import { workloadsOf, type KubeObject } from '../objects.ts';

const Ports = z.array(
  z.looseObject({ name: z.string().optional(), port: z.number(), targetPort: z.union([z.string(), z.number()]) }),
);

/** Every address of ours that stands in a setting or a configuration is a Service with that port, and leads to a container's. */
export const checkAddresses = (objects: readonly KubeObject[]): string[] => {
  const services = objects.filter(({ kind }) => kind === 'Service');
  const workloads = workloadsOf(objects);
  const text = objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .map((object) => JSON.stringify(object['data']))
    .join('\n');
  const problems: string[] = [];
  for (const [address, host = '', port] of text.matchAll(/([a-z0-9.-]+)\.threadbox\.svc:(\d+)/g)) {
    const [name, pod] = host.split('.').toReversed();
    const service = services.find(({ metadata }) => metadata.name === name);
    const spec = z
      .looseObject({ selector: z.record(z.string(), z.string()), ports: Ports.default([]) })
      .safeParse(service?.['spec']).data;
    if (spec === undefined) {
      problems.push(`${address}: there is no Service ${name}`);
      continue;
    }
    const workload = workloads.find(({ labels }) =>
      Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
    );
    const ports = workload?.pod.containers.flatMap((container) => container.ports) ?? [];
    // A pod's own name leads to it directly, whatever ports the Service has.
    const target = pod === undefined ? spec.ports.find((one) => one.port === Number(port))?.targetPort : Number(port);
    if (!ports.some((one) => one.name === target || one.containerPort === target))
      problems.push(`${address}: nobody listens there`);
    if (pod !== undefined && !(Number(/-(\d+)$/.exec(pod)?.[1]) < (workload?.replicas ?? 0)))
      problems.push(`${address}: there is no ${pod}`);
  }
  return problems;
};
