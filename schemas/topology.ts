import { partitions, streams } from './subjects.ts';

/** The services that have a NATS user of their own. */
export const services = ['gateway', 'auth', 'session', 'sandbox', 'relay', 'egress'] as const;
export type ServiceName = (typeof services)[number];

/** The services that hold leases, and may write their own. */
export const leaseHolders: readonly ServiceName[] = ['gateway', 'relay', 'sandbox'];

const DAY = 24 * 60 * 60 * 1000;

/** Every stream: what it holds and for how long. Ages in milliseconds, 0 being for ever. */
export const streamTable = [
  { name: streams.chat, subjects: ['chat.>'], maxAge: 30 * DAY },
  { name: streams.events, subjects: ['events.>'], maxAge: 0 },
  { name: streams.sandbox, subjects: ['sandbox.>'], maxAge: 7 * DAY },
  { name: streams.timers, subjects: ['timers.>', 'due.>'], maxAge: 0, schedules: true, lastPerSubject: true },
  { name: streams.web, subjects: ['web.>', 'webfile.>', 'shelf.>'], maxAge: 30 * DAY, lastPerSubject: true },
  { name: streams.relay, subjects: ['relay.>'], maxAge: 30 * DAY, lastPerSubject: true },
  { name: streams.vault, subjects: ['vault.>', 'credential.>'], maxAge: 0, lastPerSubject: true },
  { name: streams.dead, subjects: ['dead.>'], maxAge: 30 * DAY },
  // They may go at any time: one that nobody renews is one that nobody needs.
  { name: streams.snapshots, subjects: ['snapshots.>'], maxAge: 30 * DAY, lastPerSubject: true },
  { name: streams.leases, subjects: ['lease.>'], maxAge: DAY, lastPerSubject: true },
] as const satisfies ReadonlyArray<{
  name: string;
  subjects: readonly string[];
  maxAge: number;
  schedules?: boolean;
  lastPerSubject?: boolean;
}>;

/** What one service reads of one stream, as a durable consumer a partition. */
export type Reading = {
  service: ServiceName;
  /** The last word of the durable's name. */
  name: string;
  stream: (typeof streamTable)[number]['name'];
  /** The subject filter of one partition; the same for all where the subjects have none. */
  filter: (partition: number) => string;
  partitioned: boolean;
  /** How many messages one reader holds at once; those of one subject are handled in order. 1: all of them are. */
  inFlight: number;
};

/**
 * Every durable consumer of the system. What is on every message's way holds many messages, in order by subject, so that they are read and
 * acknowledged together and a slow one holds up nobody else; where each is a decision about one shared aggregate, one at a time is as fast.
 */
export const readings = [
  {
    service: 'auth',
    name: 'inbound',
    stream: 'CHAT',
    filter: (p) => `chat.inbound.${p}.>`,
    partitioned: true,
    inFlight: 64,
  },
  {
    service: 'auth',
    name: 'deposit',
    stream: 'CHAT',
    filter: (p) => `chat.deposit.${p}.>`,
    partitioned: true,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'admitted',
    stream: 'CHAT',
    filter: (p) => `chat.admitted.${p}.>`,
    partitioned: true,
    inFlight: 64,
  },
  {
    service: 'session',
    name: 'opened',
    stream: 'CHAT',
    filter: (p) => `chat.opened.${p}.>`,
    partitioned: true,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'output',
    stream: 'SANDBOX',
    filter: (p) => `sandbox.${p}.*.out`,
    partitioned: true,
    inFlight: 64,
  },
  {
    service: 'session',
    name: 'events',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.session.>`,
    partitioned: true,
    inFlight: 64,
  },
  {
    service: 'session',
    name: 'fleet',
    stream: 'EVENTS',
    filter: () => 'events.*.fleet.>',
    partitioned: false,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'ways',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.egress.>`,
    partitioned: true,
    inFlight: 1,
  },
  {
    service: 'session',
    name: 'ledgers',
    stream: 'EVENTS',
    filter: (p) => `events.${p}.ledger.>`,
    partitioned: true,
    inFlight: 1,
  },
  { service: 'session', name: 'due', stream: 'TIMERS', filter: () => 'due.session.>', partitioned: false, inFlight: 1 },
  {
    service: 'sandbox',
    name: 'sessions',
    stream: 'EVENTS',
    filter: () => 'events.*.session.>',
    partitioned: false,
    inFlight: 256,
  },
  {
    service: 'sandbox',
    name: 'fleet',
    stream: 'EVENTS',
    filter: () => 'events.*.fleet.>',
    partitioned: false,
    inFlight: 64,
  },
  {
    service: 'relay',
    name: 'outbound',
    stream: 'CHAT',
    filter: (p) => `chat.outbound.${p}.>`,
    partitioned: true,
    inFlight: 256,
  },
  {
    service: 'relay',
    name: 'output',
    stream: 'SANDBOX',
    filter: (p) => `sandbox.${p}.*.out`,
    partitioned: true,
    inFlight: 256,
  },
] as const satisfies readonly Reading[];

/** A durable consumer as it stands in NATS: `<service>-<name>` or `<service>-<name>-<p>`. */
export type Durable = { durable: string; service: ServiceName; stream: string; filter: string; inFlight: number };

/** Every durable, the partitions written out. */
export const durables: readonly Durable[] = readings.flatMap((reading: Reading) =>
  (reading.partitioned ? partitions : [undefined]).map((p) => ({
    durable: [reading.service, reading.name, ...(p === undefined ? [] : [p])].join('-'),
    service: reading.service,
    stream: reading.stream,
    filter: reading.filter(p ?? 0),
    inFlight: reading.inFlight,
  })),
);
