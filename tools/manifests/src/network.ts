/**
 * Who reaches whom, as the NetworkPolicies say: a connection passes where the caller's policies let it out and the called one's
 * let it in (networking.k8s.io/v1: policies add up, a pod that none selects is open).
 */
import { BlockList, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { KubeObject } from './objects.ts';

const Selector = z.looseObject({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
});
export type Selector = z.infer<typeof Selector>;
const Block = z.object({ cidr: z.string(), except: z.array(z.string()).default([]) });
const Peer = z.strictObject({
  podSelector: Selector.optional(),
  namespaceSelector: Selector.optional(),
  ipBlock: Block.optional(),
});
const Port = z.strictObject({
  protocol: z.enum(['TCP', 'UDP']).default('TCP'),
  port: z.number().optional(),
  endPort: z.number().optional(),
});
const Spec = z.strictObject({
  podSelector: Selector,
  policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
  ingress: z.array(z.strictObject({ from: z.array(Peer).optional(), ports: z.array(Port).optional() })).default([]),
  egress: z.array(z.strictObject({ to: z.array(Peer).optional(), ports: z.array(Port).optional() })).default([]),
});

/** A policy, its defaults filled in. A field that we do not know is an error: it would mean something else than we say. */
export type Policy = { name: string; namespace: string } & z.infer<typeof Spec>;
/** One end of a connection: a pod, or an address outside of the cluster. */
export type End = { namespace: string; labels: Readonly<Record<string, string>> } | { address: string };
export type Call = { from: End; to: End; port: number; protocol?: 'TCP' | 'UDP' };

/** Every NetworkPolicy among the objects. */
export const policiesOf = (objects: readonly KubeObject[]): Policy[] =>
  objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ metadata, ...rest }) => ({
      name: metadata.name,
      namespace: metadata.namespace,
      ...Spec.parse(rest['spec']),
    }));

/** Whether a selector takes these labels. */
export const selects = (selector: Selector, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
  selector.matchExpressions.every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        throw new TypeError(`there is no operator ${operator}`);
    }
  });

const listOf = (cidrs: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits = ''] = cidr.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
};

const isWithin = (address: string, { cidr, except }: z.infer<typeof Block>): boolean => {
  const kind = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (isIPv6(cidr.split('/')[0] ?? '') !== isIPv6(address)) return false;
  return listOf([cidr]).check(address, kind) && !listOf(except).check(address, kind);
};

const isPeer = (policy: Policy, peer: z.infer<typeof Peer>, end: End): boolean => {
  if ('address' in end) return peer.ipBlock !== undefined && isWithin(end.address, peer.ipBlock);
  if (peer.ipBlock !== undefined) return false;
  const namespace =
    peer.namespaceSelector === undefined
      ? end.namespace === policy.namespace
      : selects(peer.namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace });
  return namespace && (peer.podSelector === undefined || selects(peer.podSelector, end.labels));
};

const lets = (
  policies: readonly Policy[],
  direction: 'Ingress' | 'Egress',
  own: End,
  other: End,
  { port, protocol = 'TCP' }: Call,
): boolean => {
  if ('address' in own) return true;
  const concerned = policies.filter(
    ({ namespace, podSelector, policyTypes }) =>
      namespace === own.namespace && policyTypes.includes(direction) && selects(podSelector, own.labels),
  );
  if (concerned.length === 0) return true;
  return concerned.some((policy) => {
    const rules =
      direction === 'Ingress'
        ? policy.ingress.map(({ from, ports }) => ({ peers: from, ports }))
        : policy.egress.map(({ to, ports }) => ({ peers: to, ports }));
    return rules.some(
      ({ peers, ports }) =>
        (peers === undefined || peers.some((peer) => isPeer(policy, peer, other))) &&
        (ports === undefined ||
          ports.some(
            (rule) =>
              rule.protocol === protocol &&
              (rule.port === undefined || (port >= rule.port && port <= (rule.endPort ?? rule.port))),
          )),
    );
  });
};

/** Whether a call passes. */
export const passes = (policies: readonly Policy[], call: Call): boolean =>
  lets(policies, 'Egress', call.from, call.to, call) && lets(policies, 'Ingress', call.to, call.from, call);
