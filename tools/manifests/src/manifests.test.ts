import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findKubectl } from '@threadbox/tool-infrastructure';
import { writeSecrets } from '@threadbox/tool-threadbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { passes, policiesOf, type End } from './network.ts';
import { workloadsOf, type KubeObject } from './objects.ts';
import { render } from './render.ts';

const K8S = fileURLToPath(new URL('../../../deploy/k8s', import.meta.url));
const overlays = readdirSync(join(K8S, 'overlays'));
const components = readdirSync(join(K8S, 'components'));

let work: string;
let kubectl: string;
const rendered = new Map<string, KubeObject[]>();

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'threadbox-manifests-'));
  // Without kubectl nothing can be checked: that is a failure, not a reason to skip.
  kubectl = await findKubectl({ home: work, progress: (line) => console.log(line) });
  await writeSecrets({ out: join(work, 'secrets'), env: {} });
  for (const overlay of overlays) rendered.set(overlay, await render(kubectl, join(K8S, 'overlays', overlay)));
  for (const component of components) {
    const folder = join(work, component);
    mkdirSync(folder);
    const to = (path: string): string => relative(folder, join(K8S, path));
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      `resources: [${to('overlays/prod')}]\ncomponents: [${to(`components/${component}`)}]\n`,
    );
    rendered.set(`prod with ${component}`, await render(kubectl, folder));
  }
}, 120_000);
afterAll(() => rmSync(work, { recursive: true }));

/** Whoever scrapes, where that is wanted. */
const SCRAPED = ['gateway', 'auth', 'session', 'relay', 'sandbox', 'egress'];

/** Who may call whom, inside: caller, called, port. Every other call between two of ours must not pass. */
const CALLS = [
  ...['gateway', 'auth', 'session', 'relay', 'sandbox', 'egress', 'provision', 'a sandbox'].map((caller) => [
    caller,
    'nats',
    4222,
  ]),
  ...['auth', 'session', 'sandbox'].map((caller) => [caller, 'postgres', 5432]),
  ...['gateway', 'auth', 'session', 'relay', 'sandbox', 'egress'].map((caller) => [caller, 'collector', 4318]),
  ['collector', 'jaeger', 4317],
  ['a sandbox', 'egress', 8082],
  ['the ingress', 'gateway', 8080],
] as const;
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  '203.0.113.7': ['gateway', 'relay', 'egress'],
  '2a00:1450::1': ['gateway', 'relay', 'egress'],
  // The cluster's API may be there.
  '10.96.0.1': ['sandbox'],
  '169.254.169.254': [],
  '100.100.100.200': [],
  'fd00:ec2::254': [],
  '64:ff9b::a00:1': [],
};
const PORTS = [22, 53, 80, 443, 4222, 4317, 4318, 5432, 6222, 8080, 8081, 8082, 8222, 13_133, 16_686];

describe.each([...overlays, ...components.map((component) => `prod with ${component}`)])('%s', (name) => {
  const objects = (): KubeObject[] => rendered.get(name) ?? [];

  it('is all there', () => {
    expect(
      workloadsOf(objects())
        .map((workload) => workload.name)
        .toSorted(),
    ).toEqual([
      'Deployment threadbox/collector',
      'Deployment threadbox/egress',
      'Deployment threadbox/gateway',
      'Deployment threadbox/jaeger',
      'Job threadbox/provision',
      'StatefulSet threadbox/auth',
      'StatefulSet threadbox/nats',
      'StatefulSet threadbox/postgres',
      'StatefulSet threadbox/relay',
      'StatefulSet threadbox/sandbox',
      'StatefulSet threadbox/session',
    ]);
  });

  it.each([
    ['every image has an exact version', checkImages],
    ['every pod is restricted', checkRestricted],
    ['every namespace is restricted', checkNamespaces],
    ['every container has requests, limits and probes', checkResources],
    ['rights are few, and in one namespace', checkRbac],
    ['every namespace denies by default', checkDefaultDeny],
    ['every policy finds somebody', checkSelectors],
    ['there is no secret', checkSecrets],
    ['every share has one reader', checkReplicas],
    ['the quota has room for all sandboxes', checkCapacity],
    ['every address leads to somebody', checkAddresses],
  ])('%s', (_what, check) => expect(check(objects())).toEqual([]));

  it('gives every program the settings that it has, and all that it needs', () =>
    expect(checkSettings(objects(), join(work, 'secrets'))).toEqual([]));

  it('lets exactly those calls through that are needed', () => {
    const policies = policiesOf(objects());
    const ends = new Map<string, End>(
      workloadsOf(objects()).map(({ object, namespace, labels }) => [object.metadata.name, { namespace, labels }]),
    );
    ends.set('a sandbox', { namespace: 'threadbox-sandboxes', labels: { 'app.kubernetes.io/name': 'sandbox' } });
    ends.set('another sandbox', { namespace: 'threadbox-sandboxes', labels: { 'app.kubernetes.io/name': 'nats' } });
    ends.set('the ingress', { namespace: 'ingress-nginx', labels: {} });
    ends.set('monitoring', { namespace: 'monitoring', labels: {} });
    ends.set('a stranger', { namespace: 'default', labels: { 'app.kubernetes.io/name': 'gateway' } });
    const passing = [...ends].flatMap(([from, caller]) =>
      [...ends].flatMap(([to, called]) =>
        PORTS.filter((port) => from !== to && passes(policies, { from: caller, to: called, port })).map((port) =>
          [from, to, port].join(' '),
        ),
      ),
    );
    // Nothing of ours keeps strangers from calling each other.
    const ours = passing.filter(
      (call) => !/^(the ingress|monitoring|a stranger) (the ingress|monitoring|a stranger) /.test(call),
    );
    const another = CALLS.filter(([caller]) => caller === 'a sandbox').map(([, to, port]) => [
      'another sandbox',
      to,
      port,
    ]);
    const scrapes = name === 'prod with monitoring' ? SCRAPED.map((service) => ['monitoring', service, 8081]) : [];
    expect(ours.toSorted()).toEqual([...CALLS, ...another, ...scrapes].map((call) => call.join(' ')).toSorted());
  });

  it('lets out exactly whom it must', () => {
    const policies = policiesOf(objects());
    const all = workloadsOf(objects()).map(({ object, ...end }) => [object.metadata.name, end] as const);
    const sandbox = ['a sandbox', { namespace: 'threadbox-sandboxes', labels: {} }] as const;
    for (const [address, expected] of Object.entries(OUTSIDE)) {
      const reaching = [...all, sandbox].filter(([, from]) =>
        PORTS.some((port) => passes(policies, { from, to: { address }, port })),
      );
      expect([address, reaching.map(([who]) => who).toSorted()]).toEqual([address, [...expected].toSorted()]);
    }
  });
});

describe.each(overlays.filter((overlay) => overlay !== 'dev'))('%s', (name) => {
  it('survives a node: budgets for all, three of NATS, never two on one node', () => {
    const objects = rendered.get(name) ?? [];
    expect(checkDisruption(objects)).toEqual([]);
    const nats = workloadsOf(objects).find(({ object }) => object.metadata.name === 'nats');
    expect(nats?.replicas).toBe(3);
    expect(nats?.pod).toMatchObject({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'nats' } },
            },
          ],
        },
      },
    });
  });
});
