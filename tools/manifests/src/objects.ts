import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const labels = z.record(z.string(), z.string()).default({});
const quantities = z.record(z.string(), z.union([z.string(), z.number()])).default({});

/** What the checks read of a container. */
export const Container = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  env: z
    .array(z.looseObject({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() }))
    .default([]),
  envFrom: z.array(z.looseObject({ configMapRef: z.looseObject({ name: z.string() }).optional() })).default([]),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).default([]),
  resources: z.looseObject({ requests: quantities, limits: quantities }).default({ requests: {}, limits: {} }),
  securityContext: z.record(z.string(), z.unknown()).default({}),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]),
});
export type Container = z.infer<typeof Container>;

/** What the checks read of a pod's specification. */
const PodSpec = z.looseObject({
  containers: z.array(Container),
  initContainers: z.array(Container).default([]),
  volumes: z.array(z.looseObject({ name: z.string() })).default([]),
  securityContext: z.record(z.string(), z.unknown()).default({}),
  serviceAccountName: z.string().default('default'),
  automountServiceAccountToken: z.boolean().default(true),
});

/** Any object of the API. */
export const KubeObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default(''), labels }),
});
export type KubeObject = z.infer<typeof KubeObject>;

/** Reads YAML documents as objects. Throws on what is none. */
export const readObjects = (text: string): KubeObject[] =>
  parseAllDocuments(text).flatMap((document) => {
    if ('errors' in document && document.errors.length > 0) throw document.errors[0];
    const value: unknown = document.toJS();
    return value === null ? [] : [KubeObject.parse(value)];
  });

/** `Deployment threadbox/gateway`: how problems name an object. */
export const nameOf = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace === '' ? '' : `${metadata.namespace}/`}${metadata.name}`;

const Template = z.looseObject({ metadata: z.looseObject({ labels }).default({ labels: {} }), spec: PodSpec });

/** A workload, and the pods that it makes. */
export type Workload = {
  name: string;
  object: KubeObject;
  namespace: string;
  labels: Record<string, string>;
  pod: z.infer<typeof PodSpec>;
  /** How many it makes. */
  replicas: number;
};

const WORKLOADS: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'];

/** Every workload among the objects. */
export const workloadsOf = (objects: readonly KubeObject[]): Workload[] =>
  objects.flatMap((object) => {
    const spec = z.looseObject({}).default({}).parse(object['spec']);
    const template =
      object.kind === 'Pod'
        ? { metadata: object.metadata, spec: object['spec'] }
        : object.kind === 'CronJob'
          ? z.object({ jobTemplate: z.object({ spec: z.object({ template: z.unknown() }) }) }).parse(spec).jobTemplate
              .spec.template
          : WORKLOADS.includes(object.kind)
            ? spec['template']
            : undefined;
    if (template === undefined) return [];
    const { metadata, spec: pod } = Template.parse(template);
    const replicas = z.number().default(1).parse(spec['replicas']);
    const { namespace } = object.metadata;
    return [{ name: nameOf(object), object, namespace, labels: metadata.labels, pod, replicas }];
  });

/** Every container of every pod, with the name of its workload before its own. */
export const containersOf = (
  objects: readonly KubeObject[],
): Array<{ name: string; workload: Workload; container: Container }> =>
  workloadsOf(objects).flatMap((workload) =>
    [...workload.pod.initContainers, ...workload.pod.containers].map((container) => ({
      name: `${workload.name} ${container.name}`,
      workload,
      container,
    })),
  );
