import {
  againSubject,
  aggregates,
  deadSubject,
  durables,
  leaseHolders,
  leaseSubject,
  streams,
  type ServiceName,
} from '@threadbox/schemas';

/** What a NATS user may publish and subscribe; everything else is refused. `respond`: it may also answer, once, who asked it. */
export type Permissions = { publish: readonly string[]; subscribe: readonly string[]; respond?: true };

/** Reading a stream by place or by subject. */
const read = (...names: string[]): string[] =>
  names.flatMap((name) => [`$JS.API.DIRECT.GET.${name}`, `$JS.API.DIRECT.GET.${name}.>`]);

/** An ordered consumer of one's own: short-lived, made and remade by the client as it needs. */
const follow = (...names: string[]): string[] =>
  names.flatMap((name) => [
    `$JS.API.STREAM.INFO.${name}`,
    // With several filters the name stands in the request, not in the subject.
    `$JS.API.CONSUMER.CREATE.${name}`,
    `$JS.API.CONSUMER.CREATE.${name}.>`,
    `$JS.API.CONSUMER.INFO.${name}.>`,
    `$JS.API.CONSUMER.MSG.NEXT.${name}.>`,
    `$JS.API.CONSUMER.DELETE.${name}.>`,
  ]);

/** Pulling from a durable that exists, and acknowledging. */
const pull = (stream: string, durable: string): string[] => [
  `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
  `$JS.ACK.${stream}.${durable}.>`,
];

/** Reading platforms' own secrets, and nobody's credentials. */
const readVault = [`$JS.API.DIRECT.GET.${streams.vault}.vault.>`];

/** Letting the next reader of a durable of one's own have its turn. */
const unpin = (stream: string, durable: string): string => `$JS.API.CONSUMER.UNPIN.${stream}.${durable}`;

/** Reading what platforms' listeners left, and nothing else of what was said. */
const readHints = [`$JS.API.DIRECT.GET.${streams.chat}.chat.hint.>`];

/** Beyond its own durables, its dead letters and its aggregates: what each service's work needs. */
const particular: Record<ServiceName, readonly string[]> = {
  gateway: [
    'chat.inbound.>',
    'chat.file.>',
    'chat.hint.>',
    'web.>',
    'vault.>',
    'credential.>',
    'chat.deposit.>',
    `$JS.API.DIRECT.GET.${streams.events}.events.*.credential.>`,
    ...readHints,
    ...readVault,
    ...read(streams.web),
    ...follow(streams.web),
  ],
  // It empties the slots of credentials, and reads none.
  auth: [
    'chat.admitted.>',
    'chat.outbound.>',
    'credential.>',
    ...read(streams.chat, streams.events),
    ...follow(streams.events),
  ],
  session: [
    'chat.outbound.>',
    'sandbox.*.*.in',
    'timers.session.>',
    ...read(streams.chat, streams.sandbox, streams.events),
    ...follow(streams.events),
    ...[streams.chat, streams.sandbox, streams.timers].map((stream) => `$JS.API.STREAM.PURGE.${stream}`),
  ],
  sandbox: [
    ...read(streams.events),
    ...follow(streams.events),
    // The runners' durables: made with the sandbox, deleted with it.
    `$JS.API.CONSUMER.CREATE.${streams.sandbox}.>`,
    `$JS.API.CONSUMER.DELETE.${streams.sandbox}.>`,
    // To tell a waiting sandbox whose it is.
    'claim.*',
  ],
  relay: [
    'chat.opened.>',
    'relay.>',
    'web.>',
    'webfile.>',
    'shelf.>',
    ...readHints,
    ...readVault,
    ...read(streams.web, streams.sandbox, streams.events, streams.relay),
    ...follow(streams.relay),
    ...[streams.web, streams.relay].map((stream) => `$JS.API.STREAM.PURGE.${stream}`),
  ],
  // What owners allowed and who speaks is in the log; of what was said it sees nothing.
  egress: [...read(streams.events), `$JS.API.DIRECT.GET.${streams.vault}.credential.>`],
};

/** Holding leases of one's own: writing them, looking at them, and hearing of it at once when one is free. */
const leasesOf = (service: ServiceName): { publish: string[]; subscribe: string[] } => {
  if (!leaseHolders.includes(service)) return { publish: [], subscribe: [] };
  const all = leaseSubject(service, '*');
  return { publish: [all, `$JS.API.DIRECT.GET.${streams.leases}.${all}`], subscribe: [all] };
};

/** The least that a service needs, derived from the topology. */
export const servicePermissions = (service: ServiceName): Permissions => {
  const own = durables.filter((durable) => durable.service === service);
  const leases = leasesOf(service);
  const owned = Object.entries(aggregates).filter(([, { owner }]) => owner === service);
  return {
    publish: [
      ...own.flatMap(({ stream, durable, inFlight }) => [
        ...pull(stream, durable),
        ...(inFlight > 1 ? [unpin(stream, durable)] : []),
        deadSubject(durable),
      ]),
      ...owned.map(([type]) => `events.*.${type}.>`),
      // To tell an operator how a dead letter went that was given back, and how many there are.
      ...(own.length > 0 ? ['_INBOX.admin.>', `$JS.API.STREAM.INFO.${streams.dead}`] : []),
      // States that it folded itself, and nobody else's.
      `snapshots.${service}.>`,
      `$JS.API.DIRECT.GET.${streams.snapshots}.snapshots.${service}.>`,
      ...particular[service],
      ...leases.publish,
    ],
    subscribe: [`_INBOX.${service}.>`, ...own.map(({ durable }) => againSubject(durable)), ...leases.subscribe],
  };
};

/**
 * The least that a sandbox needs: it writes its own output, pulls its own input, and nothing else. A template that NATS
 * fills in per user (the name is the sandbox's id, the tag its partition), so that the key which signs sandboxes can
 * sign nothing but sandboxes.
 */
export const sandboxTemplate: Permissions = {
  publish: ['sandbox.{{tag(p)}}.{{name()}}.out', ...pull(streams.sandbox, 'runner-{{name()}}')],
  subscribe: ['_INBOX.{{name()}}.>'],
};

/** The least that a sandbox needs which waits for its identity: it hears its own claim, and answers it. */
export const warmTemplate: Permissions = { publish: [], subscribe: ['claim.{{name()}}'], respond: true };
