import { expect, it, describe } from 'vitest';
import { stringify } from 'yaml';
import { checkAddresses } from './checks/addresses.ts';
import { checkCapacity } from './checks/capacity.ts';
import { checkImages } from './checks/images.ts';
import { checkDefaultDeny, checkSelectors } from './checks/policies.ts';
import { checkRbac } from './checks/rbac.ts';
import { checkDisruption, checkReplicas } from './checks/replicas.ts';
import { checkResources } from './checks/resources.ts';
import { checkNamespaces, checkRestricted } from './checks/restricted.ts';
import { checkSecrets } from './checks/secrets.ts';
import { checkSettings } from './checks/settings.ts';
import { passes, policiesOf } from './network.ts';
import { readObjects, type KubeObject } from './objects.ts';

const read = (...objects: object[]): KubeObject[] => readObjects(objects.map((one) => stringify(one)).join('---\n'));
const meta = (name: string, namespace = 'threadbox', labels = {}) => ({ name, namespace, labels });
const full = { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' };
const container = {
  name: 'main',
  image: 'threadbox/relay:0.1.0',
  resources: { requests: full, limits: full },
  startupProbe: {},
  readinessProbe: {},
  livenessProbe: {},
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
};
const pod = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
};
const workload = (spec: object, { kind = 'StatefulSet', name = 'relay', more = {} } = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: meta(name),
  spec: { ...more, template: { metadata: { labels: { 'app.kubernetes.io/name': name } }, spec } },
});
const withContainer = (change: object) => read(workload({ ...pod, containers: [{ ...container, ...change }] }));
const withPod = (change: object) => read(workload({ ...pod, ...change }));
const safe = container.securityContext;
const policy = (name: string, spec: object, namespace = 'threadbox') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: meta(name, namespace),
  spec,
});
const namespace = (name: string, labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

describe('a good manifest', () => {
  it('has no problem', () => {
    const objects = withPod({});
    for (const check of [checkImages, checkRestricted, checkResources, checkSecrets])
      expect(check(objects)).toEqual([]);
  });
});

describe('an image', () => {
  it.each(['', 'nats', 'nats:latest', 'nats:alpine', 'nats:2', 'place:5000/nats', 'nats@sha256:abc'])(
    '%s is not pinned',
    (image) => expect(checkImages(withContainer({ image }))).toHaveLength(1),
  );
  it.each(['nats:2.14.2-alpine', 'a/b:v1.2', `a/b@sha256:${'0'.repeat(64)}`, 'place:5000/a/b:1.2.3'])(
    '%s is',
    (image) => expect(checkImages(withContainer({ image }))).toEqual([]),
  );
  it('in a variable, or of an init container, counts', () => {
    expect(checkImages(withContainer({ env: [{ name: 'SANDBOX_IMAGE', value: 'x:latest' }] }))).toHaveLength(1);
    expect(checkImages(withPod({ initContainers: [{ ...container, image: 'x' }] }))).toHaveLength(1);
  });
});

describe('a pod is not restricted', () => {
  it.each([
    ['may run as root', { securityContext: { ...pod.securityContext, runAsNonRoot: false } }],
    ['is root', { securityContext: { ...pod.securityContext, runAsUser: 0 } }],
    ['no seccomp', { securityContext: { runAsNonRoot: true, runAsUser: 1 } }],
    ['unconfined', { securityContext: { ...pod.securityContext, seccompProfile: { type: 'Unconfined' } } }],
    ['host network', { hostNetwork: true }],
    ['host pid', { hostPID: true }],
    ['a folder of the node', { volumes: [{ name: 'x', hostPath: { path: '/' } }] }],
    ['NFS by itself', { volumes: [{ name: 'x', nfs: {} }] }],
    ['an unbounded folder', { volumes: [{ name: 'x', emptyDir: {} }] }],
    ['a token', { automountServiceAccountToken: true }],
    ['links', { enableServiceLinks: true }],
  ])('%s', (_what, change) => expect(checkRestricted(withPod(change))).toHaveLength(1));
  it.each([
    ['privileges', { allowPrivilegeEscalation: true }],
    ['privileged', { privileged: true }],
    ['a root to write', { readOnlyRootFilesystem: false }],
    ['capabilities kept', { capabilities: {} }],
    ['one added', { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }],
    ['root', { runAsUser: 0 }],
    ['unmasked /proc', { procMount: 'Unmasked' }],
    ['unconfined', { seccompProfile: { type: 'Unconfined' } }],
  ])('by its container: %s', (_what, change) =>
    expect(checkRestricted(withContainer({ securityContext: { ...safe, ...change } }))).toHaveLength(1),
  );
  it('nor one of a CronJob', () => {
    const jobTemplate = { spec: { template: { spec: { ...pod, hostPID: true } } } };
    const job = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta('j'), spec: { jobTemplate } };
    expect(checkRestricted(read(job))).toHaveLength(1);
  });
});

it('a container without a request, a limit or a probe is found; a Job needs no probe', () => {
  expect(
    checkResources(withContainer({ resources: { requests: full, limits: { cpu: '1', memory: '1' } } })),
  ).toHaveLength(1);
  expect(checkResources(withContainer({ resources: { limits: full } }))).toHaveLength(3);
  const { livenessProbe: _none, ...rest } = container;
  expect(checkResources(read(workload({ ...pod, containers: [rest] })))).toHaveLength(1);
  expect(checkResources(read(workload({ ...pod, containers: [rest] }, { kind: 'Job' })))).toEqual([]);
});

it('a namespace that lets everything in is found, and one that is not there', () => {
  const policies = { 'pod-security.kubernetes.io/enforce': 'baseline' };
  expect(checkNamespaces(read(namespace('threadbox', policies), workload(pod)))).toHaveLength(1);
  expect(checkNamespaces(withPod({}))).toHaveLength(1);
});

describe('rights', () => {
  const role = (rule: object, { kind = 'Role', place = 'threadbox-sandboxes' } = {}) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: meta('r', place),
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'], ...rule }],
  });
  it.each([
    ['a verb for all', role({ verbs: ['*'] })],
    ['all resources', role({ resources: ['*'] })],
    ['all groups', role({ apiGroups: ['*'] })],
    ['exec', role({ resources: ['pods/exec'], verbs: ['create'] })],
    ['more of events', role({ resources: ['events'], verbs: ['delete'] })],
    ['elsewhere', role({}, { place: 'threadbox' })],
    ['everywhere', role({}, { kind: 'ClusterRole' })],
    [
      'for everybody',
      { ...role({}), kind: 'RoleBinding', subjects: [{ kind: 'Group', name: 'system:authenticated' }] },
    ],
  ])('%s: too many', (_what, object) => expect(checkRbac(read(object))).toHaveLength(1));
  it('of the driver are not', () => expect(checkRbac(read(role({})))).toEqual([]));
});

describe('policies', () => {
  const deny = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
  it('must deny both directions by default, and really', () => {
    expect(checkDefaultDeny(read(namespace('threadbox'), policy('d', deny)))).toEqual([]);
    expect(checkDefaultDeny(read(namespace('threadbox')))).toHaveLength(2);
    const bad = [
      { ...deny, policyTypes: ['Ingress'] },
      { ...deny, egress: [{}] },
      { ...deny, podSelector: { matchLabels: { a: 'b' } } },
    ];
    for (const spec of bad) expect(checkDefaultDeny(read(namespace('threadbox'), policy('d', spec)))).not.toEqual([]);
    expect(checkDefaultDeny(read(namespace('threadbox'), policy('d', deny, 'other')))).toHaveLength(2);
  });
  it('must find somebody with every selector', () => {
    const name = (...values: string[]) => ({
      matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values }],
    });
    const find = (spec: object) =>
      checkSelectors(read(workload(pod), policy('p', { policyTypes: ['Ingress'], ...spec })));
    expect(find({ podSelector: name('relay') })).toEqual([]);
    expect(find({ podSelector: name('relay', 'rely') })).toEqual(['NetworkPolicy threadbox/p: there is no rely']);
    expect(find({ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'rely' } } })).toHaveLength(1);
    expect(find({ podSelector: {}, ingress: [{ from: [{ podSelector: name('rely') }] }] })).toHaveLength(2);
    const there = { matchLabels: { 'kubernetes.io/metadata.name': 'threadbox-sandbox' } };
    expect(find({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: there }] }] })).toHaveLength(1);
  });
  it('pass as Kubernetes says', () => {
    const one = { namespace: 'a', labels: { is: 'one' } };
    const two = { namespace: 'b', labels: { is: 'two' } };
    const call = { from: one, to: two, port: 80 };
    expect(passes([], call)).toBe(true);
    const closed = policiesOf(read(policy('d', deny, 'b')));
    expect(passes(closed, call)).toBe(false);
    const near = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] };
    // A podSelector alone is about the policy's own namespace.
    expect(passes([...closed, ...policiesOf(read(policy('n', near, 'b')))], call)).toBe(false);
    const open = { ...near, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] };
    const opened = [...closed, ...policiesOf(read(policy('o', open, 'b')))];
    expect(passes(opened, call)).toBe(true);
    expect(passes(opened, { ...call, port: 81 })).toBe(false);
    expect(passes(opened, { ...call, protocol: 'UDP' })).toBe(false);
    const block = { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } };
    const outward = policiesOf(
      read(policy('e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [block] }] }, 'a')),
    );
    expect(passes(outward, { ...call, to: { address: '10.2.0.1' } })).toBe(true);
    expect(passes(outward, { ...call, to: { address: '10.1.0.1' } })).toBe(false);
    expect(passes(outward, call)).toBe(false);
  });
});

it('a Secret is found, and what looks like one elsewhere', () => {
  const map = (data: object) => read({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('m'), data });
  expect(checkSecrets(read({ apiVersion: 'v1', kind: 'Secret', metadata: meta('s'), data: {} }))).toHaveLength(1);
  for (const value of [
    'postgres://a:b@c/d',
    'sk-ant-api03',
    'xoxb-1',
    `SU${'A'.repeat(56)}`,
    '-----BEGIN PRIVATE KEY-----',
  ])
    expect(checkSecrets(map({ value }))).toHaveLength(1);
  expect(checkSecrets(map({ value: 'nats://nats.threadbox.svc:4222' }))).toEqual([]);
});

it('more readers than are told of, or two where one must be, are found', () => {
  const env = [
    { name: 'REPLICAS', value: '2' },
    { name: 'ORDINAL', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ];
  const auth = (replicas: number) =>
    read(workload({ ...pod, containers: [{ ...container, env }] }, { name: 'auth', more: { replicas } }));
  expect(checkReplicas(auth(2))).toEqual([]);
  expect(checkReplicas(auth(3))).toHaveLength(1);
  expect(checkReplicas(read(workload(pod, { name: 'auth' })))).toHaveLength(2);
  for (const name of ['postgres', 'jaeger'])
    expect(checkReplicas(read(workload(pod, { name, more: { replicas: 2 } })))).toHaveLength(1);
});

it('two that would have one name are found', () => {
  const named = (from: object) => {
    const env = [{ name: 'INSTANCE', ...from }];
    return checkReplicas(read(workload({ ...pod, containers: [{ ...container, env }] }, { name: 'relay' })));
  };
  expect(named({ valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } })).toEqual([]);
  expect(named({ value: 'relay' })).toHaveLength(1);
});

it('a workload without a budget is found, and a budget without a workload', () => {
  const budget = (name: string) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta(name),
    spec: { maxUnavailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': name } } },
  });
  expect(checkDisruption(read(workload(pod), budget('relay')))).toEqual([]);
  expect(checkDisruption(read(workload(pod), budget('rely')))).toHaveLength(2);
});

it('an address that leads nowhere is found', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: meta('relay') };
  const spec = { selector: { 'app.kubernetes.io/name': 'relay' }, ports: [{ port: 80, targetPort: 'http' }] };
  const listening = workload({
    ...pod,
    containers: [{ ...container, ports: [{ name: 'http', containerPort: 8080 }] }],
  });
  const map = (value: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('m'), data: { value } });
  const check = (value: string) => checkAddresses(read({ ...service, spec }, listening, map(value)));
  expect(check('http://relay.threadbox.svc:80')).toEqual([]);
  expect(check('relay-0.relay.threadbox.svc:8080')).toEqual([]);
  for (const bad of ['relay.threadbox.svc:81', 'rely.threadbox.svc:80', 'relay-1.relay.threadbox.svc:8080'])
    expect(check(bad)).toHaveLength(1);
});

describe('sandboxes and settings', () => {
  const data = {
    MAX_SANDBOXES: '4',
    WARM_SANDBOXES: '1',
    SANDBOX_CPU: '1',
    SANDBOX_MEMORY_MB: '2048',
    SANDBOX_DISK_MB: '1024',
  };
  const map = (values: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('s'), data: values });
  const hard = {
    pods: '6',
    'requests.cpu': '5',
    'limits.cpu': '5000m',
    'requests.memory': '10Gi',
    'limits.memory': '10Gi',
    'requests.storage': '5Gi',
    persistentvolumeclaims: '6',
    secrets: '11',
  };
  const quota = (change: object) => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: meta('q', 'threadbox-sandboxes'),
    spec: { hard: { ...hard, ...change } },
  });
  const told = (image: string, name: string) =>
    workload({ ...pod, containers: [{ ...container, image, envFrom: [{ configMapRef: { name: 's' } }] }] }, { name });
  it('need a quota with room for them', () => {
    const sandbox = told('threadbox/sandbox:0.1.0', 'sandbox');
    expect(checkCapacity(read(sandbox, map(data), quota({})))).toEqual([]);
    for (const change of [{ pods: '5' }, { 'limits.memory': '9Gi' }, { secrets: 'many' }])
      expect(checkCapacity(read(sandbox, map(data), quota(change)))).toHaveLength(1);
    expect(checkCapacity(read(sandbox, map(data)))).toHaveLength(1);
  });
  it('are what the program has, and all that it needs', () => {
    const check = (values: object, image = 'threadbox/provision:0.1.0') =>
      checkSettings(read(told(image, 'provision'), map(values)), '/nowhere');
    expect(check({ NATS_URL: 'nats://x:1' })).toEqual([]);
    expect(check({ NATS_URL: 'nats://x:1', NATS_URI: '' })).toEqual([
      'StatefulSet threadbox/provision main: has no setting NATS_URI',
    ]);
    expect(check({})[0]).toMatch(/NATS_URL: is missing/);
    expect(check({ NATS_URL: 'x' })[0]).toMatch(/a NATS address/);
    expect(check({}, 'threadbox/other:0.1.0')[0]).toMatch(/nobody knows/);
  });
});
